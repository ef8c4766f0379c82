import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askPanel, initDataOf } from '../../../support/panel/ask-panel.ts';
import { openBrowserPanel, openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({
    environment: { TRUST_PROXY: '127.0.0.1', RATE_LIMIT_PER_SECOND: '1000' },
  });
});
afterAll(async () => {
  await platform.closesClean();
});

/** No two tests share a person or a network. */
let network = 0;
beforeEach(async () => {
  network += 1;
  shop = await openShop(platform);
});

const from = () => ({ 'x-forwarded-for': `10.2.${network}.1` });
const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
  askPanel(platform.app.origin, method, path, { headers: { ...from(), ...headers }, body });

/** Asks so often, some at a time. @returns how often each status was answered */
async function asksTimes(times: number, request: () => Promise<{ status: number }>) {
  const statuses: Record<number, number> = {};
  for (let left = times; left > 0; left -= 20) {
    const answers = await Promise.all(Array.from({ length: Math.min(left, 20) }, request));
    for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

test('what a session may do in a minute is its own, and all of a person’s together may do as much as four', async () => {
  const puts = async (times: number) => {
    const { headers } = await openPanel(platform, shop.owner);
    return asksTimes(times, () => ask('PUT', '/me/language', headers, { language: 'en' }));
  };
  for (let session = 0; session < 4; session += 1) expect(await puts(61)).toEqual({ 204: 60, 429: 1 });
  expect(await puts(1)).toEqual({ 429: 1 });
  const { headers } = await openPanel(platform, shop.owner);
  const reads = () => ask('GET', '/sessions', headers);
  expect(await asksTimes(301, reads)).toEqual({ 200: 300, 429: 1 });
  const refused = await reads();
  expect([refused.status, refused.body.error.code]).toEqual([429, 'tooFast']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await openPanel(platform, (await openShop(platform)).owner);
  expect((await other.get('/sessions')).status).toBe(200);
});

test('an export that was refused is none of the six of an hour', async () => {
  const { headers } = await openPanel(platform, shop.owner);
  const exportsAs = async (body: object) =>
    (await ask('POST', `/bots/${shop.shop.id}/exports`, headers, body)).status;
  for (let time = 0; time < 7; time += 1) expect(await exportsAs({ what: 'everything' })).toBe(400);
  const file = `/bots/${shop.shop.id}/payments.csv`;
  for (let time = 0; time < 7; time += 1)
    expect((await ask('GET', `${file}?min=x`, headers)).status).toBe(400);
  for (let time = 0; time < 6; time += 1) expect(await exportsAs({ what: 'payments' })).toBe(202);
  expect(await exportsAs({ what: 'payments' })).toBe(429);
  await platform.quiet();
});

test('whoever carries what is no session counts as whoever carries none', async () => {
  const strangers = [
    {},
    { authorization: `Bearer ${'x'.repeat(43)}` },
    { authorization: 'Bearer short' },
    { cookie: `__Host-getolog=${'y'.repeat(43)}` },
    { cookie: 'other=1' },
  ];
  let next = 0;
  const asks = () => {
    next += 1;
    return ask('GET', '/me', strangers[next % strangers.length]);
  };
  expect(await asksTimes(601, asks)).toEqual({ 401: 600, 429: 1 });
  for (const headers of strangers) expect((await ask('GET', '/me', headers)).status).toBe(429);
  // Whoever is signed in there is not held back by them.
  const { headers } = await openPanel(platform, shop.owner);
  expect((await ask('GET', '/me', headers)).status).toBe(200);
});

test('many at once are refused as often as one after the other', async () => {
  const initData = initDataOf(shop.owner, { botToken: shop.shop.token, at: platform.clock.now() });
  const forged = () => ask('POST', '/session', {}, { initData });
  const answers = await Promise.all(Array.from({ length: 50 }, forged));
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect([count(401), count(429)]).toEqual([10, 40]);
  network += 1;
  const code = () => ask('POST', '/session', {}, { code: '7KQ2-M9XD' });
  const wrong = await Promise.all(Array.from({ length: 50 }, code));
  expect(wrong.filter(({ status }) => status === 401)).toHaveLength(10);
  network += 1;
  const { code: right } = await platform.app.services.panelEntries.offer({
    telegramUserId: BigInt(shop.owner.id),
  });
  const enters = () => ask('POST', '/session', {}, { code: right });
  expect(await asksTimes(20, enters)).toEqual({ 200: 1, 401: 10, 429: 9 });
});

test('many who sign in from one network at once are all let in, and none of them counts as refused', async () => {
  const initData = initDataOf(shop.owner, { botToken: platform.mainBot.token, at: platform.clock.now() });
  const opens = () => ask('POST', '/session', {}, { initData });
  expect(await asksTimes(40, opens)).toEqual({ 200: 40 });
});

test('init data of any length that is none is bad init data', async () => {
  for (const initData of ['x'.repeat(8_193), `hash=${'0'.repeat(60_000)}`]) {
    const { status, body } = await ask('POST', '/session', {}, { initData });
    expect([status, body.error.code]).toEqual([401, 'session.badInitData']);
  }
});

test('a refusal carries the headers of every answer', async () => {
  const { headers } = await openPanel(platform, shop.owner);
  const asks = () => ask('GET', '/me', { authorization: 'none' });
  await asksTimes(600, asks);
  const answers = [
    await asks(),
    await ask('GET', '/nothing', headers),
    await ask('GET', '/bots/0/receipts', headers),
    await ask('PUT', '/me/language', headers, { language: 'xx' }),
    await ask('PUT', '/me/language', { ...headers, 'content-type': 'text/plain' }, {}),
  ];
  expect(answers.map(({ status }) => status)).toEqual([429, 404, 404, 400, 415]);
  for (const answer of answers) {
    for (const name of [
      'content-security-policy',
      'x-content-type-options',
      'referrer-policy',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
      'permissions-policy',
      'x-request-id',
    ]) {
      expect(answer.headers.get(name), `${answer.status} ${name}`).toBeTruthy();
    }
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }
  const nothing = await fetch(`${platform.app.origin}/panel/nothing`, { method: 'POST' });
  expect([nothing.status, nothing.headers.get('x-content-type-options')]).toEqual([404, 'nosniff']);
});

test('a newer question to somebody’s telephone takes the place of the older one, and no flood comes of them', async () => {
  const browser = await openBrowserPanel(platform, shop.owner);
  const asks = async (holder: string) =>
    browser.of(shop.shop).put('/settings/card', { number: '8600 4444 3333 2222', holder });
  const [first, second] = [await asks('AZIZ AZIZOV'), await asks('BOBUR BOBUROV')];
  const stateOf = async ({ body }: Awaited<ReturnType<typeof asks>>) =>
    (await browser.get(`/confirmations/${body.confirmation.id}`)).body.state;
  expect([await stateOf(first), await stateOf(second)]).toEqual(['expired', 'waiting']);
  await platform.quiet();
  const open = shop.owner
    .chatWith(platform.mainBot)
    .messages.filter(({ buttons }) => buttons.flat().some(({ data }) => data?.startsWith('panel:yes:')));
  expect(open).toHaveLength(1);
  await shop.owner.presses(platform.mainBot, `panel:yes:${first.body.confirmation.id}`);
  expect([await stateOf(first), await stateOf(second)]).toEqual(['expired', 'waiting']);
  // Another action is another question.
  const removal = await browser.delete(`/bots/${shop.shop.id}`);
  expect([removal.status, await stateOf(second)]).toEqual([202, 'waiting']);
  // What is no card is asked of nobody.
  const card = (number: string) => browser.of(shop.shop).put('/settings/card', { number, holder: 'AZIZ' });
  for (let time = 0; time < 3; time += 1) expect((await card('8600')).status).toBe(422);
  const statuses = [];
  for (let time = 0; time < 8; time += 1) statuses.push((await asks('AZIZ AZIZOV')).status);
  expect(statuses).toEqual([...Array.from({ length: 7 }, () => 202), 429]);
});
