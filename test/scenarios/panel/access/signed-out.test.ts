import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askPanel, initDataOf } from '../../../support/panel/ask-panel.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ environment: { TRUST_PROXY: '127.0.0.1' } });
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

/** No two tests share a network, or a moment: what Telegram signs says when, to the second. */
let network = 0;
beforeEach(() => {
  network += 1;
  platform.clock.passes({ minutes: 1 });
});

function ask(method: string, path: string, sent: { body?: unknown; headers?: Record<string, string> } = {}) {
  const headers = { 'x-forwarded-for': `10.1.${network}.1`, ...sent.headers };
  return askPanel(platform.app.origin, method, path, { ...sent, headers });
}

const launch = () => initDataOf(shop.owner, { botToken: platform.mainBot.token, at: platform.clock.now() });

async function opens(initData: string) {
  const { status, body } = await ask('POST', '/session', { body: { initData } });
  if (status !== 200) return { refused: [status, body.error.code], id: 0, headers: {} };
  return { refused: null, id: body.session.id, headers: { authorization: `Bearer ${body.session.token}` } };
}

async function opensBrowser() {
  const { code } = await platform.app.services.panelEntries.offer({ telegramUserId: BigInt(shop.owner.id) });
  return { cookie: (await ask('POST', '/session', { body: { code } })).cookie ?? '' };
}

const isOpen = async ({ headers }: { headers: Record<string, string> }) =>
  (await ask('GET', '/me', { headers })).status === 200;
const STALE = [401, 'session.staleInitData'];

test('what a Mini App was opened by opens it again while it is open, and no more once its session was ended', async () => {
  for (const end of ['here', 'elsewhere'] as const) {
    platform.clock.passes({ milliseconds: 1_000 });
    const initData = launch();
    const [first, again] = [await opens(initData), await opens(initData)];
    expect(again.refused).toBeNull();
    if (end === 'here') await ask('DELETE', '/session', first);
    else await ask('DELETE', `/sessions/${first.id}`, { headers: await opensBrowser() });
    expect((await opens(initData)).refused).toEqual(STALE);
    // What is open goes on by its own session, and Telegram opens another one at any time.
    expect([await isOpen(first), await isOpen(again)]).toEqual([false, true]);
    platform.clock.passes({ milliseconds: 1_000 });
    expect((await opens(launch())).refused).toBeNull();
  }
});

test('once all was ended, nothing that Telegram signed before opens anything', async () => {
  const used = launch();
  const session = await opens(used);
  platform.clock.passes({ milliseconds: 1_000 });
  const unused = launch();
  await ask('DELETE', '/sessions', session);
  expect([(await opens(used)).refused, (await opens(unused)).refused]).toEqual([STALE, STALE]);
  platform.clock.passes({ hours: 23 });
  expect((await opens(unused)).refused).toEqual(STALE);
  expect((await opens(launch())).refused).toBeNull();
});

test('“it was not me” ends what somebody else has in hand as well, whether it was opened by it or not', async () => {
  const stolen = launch();
  const browser = await opensBrowser();
  platform.clock.passes({ minutes: 5 });
  await shop.owner.presses(platform.mainBot, 'panel:out');
  expect(await isOpen({ headers: browser })).toBe(false);
  expect((await opens(stolen)).refused).toEqual(STALE);
  platform.clock.passes({ milliseconds: 1_000 });
  expect((await opens(launch())).refused).toBeNull();
});

test('who signs in while all is ended is not left over', async () => {
  const initData = launch();
  const { headers } = await opens(initData);
  const [, ...tried] = await Promise.all([
    ask('DELETE', '/sessions', { headers }),
    ...Array.from({ length: 5 }, () => opens(initData)),
  ]);
  for (const one of tried) if (!one.refused) expect(await isOpen(one)).toBe(false);
});

test('somebody is signed in at twenty places of a kind, and the one opened first makes room for another', async () => {
  await ask('DELETE', '/sessions', await opens(launch()));
  platform.clock.passes({ milliseconds: 1_000 });
  const initData = launch();
  const browser = { headers: await opensBrowser() };
  const opened = [];
  for (let time = 0; time < 21; time += 1) opened.push(await opens(initData));
  expect(await Promise.all(opened.map(isOpen))).toEqual([false, ...Array.from({ length: 20 }, () => true)]);
  expect(await isOpen(browser)).toBe(true);
  const ended = await platform.database.auditEntry.count({
    where: { action: 'panel.ended', target: `session:${opened[0]?.id}` },
  });
  expect(ended).toBe(1);
  // Nobody wanted that one ended: what opened it opens it again, until somebody does.
  expect((await opens(initData)).refused).toBeNull();
  await ask('DELETE', '/session', opened[20]);
  expect((await opens(initData)).refused).toEqual(STALE);
});
