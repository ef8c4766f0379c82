import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { LANGUAGES } from '../../../src/infra/i18n/i18n.ts';
import { eventually } from '../../support/eventually.ts';
import { askPanel } from '../../support/panel/ask-panel.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

const S = 'https://getolog.example';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform({ publicOrigin: S });
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const chat = (person = shop.owner) => person.chatWith(platform.mainBot);

function signsIn(body: object, headers = { 'user-agent': FIREFOX }) {
  return askPanel(platform.app.origin, 'POST', '/session', { body, headers });
}

/** The code and the link of the newest message that offers them. */
function offeredTo(person = shop.owner) {
  const message = chat(person).messages.findLast(({ text }) => /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.test(text));
  const [code = ''] = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(message?.text ?? '') ?? [];
  const url = message?.buttons.flat().find((button) => button.url)?.url ?? '';
  return { text: message?.text ?? '', code, url };
}

/** With what a Mini App signs in that somebody has opened. */
const initDataIn = (address: string) => new URLSearchParams(address.split('#')[1]).get('tgWebAppData') ?? '';

async function opens(person: SandboxPerson, button?: string): Promise<string> {
  const address = person.opensPanel(platform.mainBot, button);
  const { status } = await signsIn({ initData: initDataIn(address) });
  expect(status).toBe(200);
  return address.split('#')[0] ?? '';
}

test('/panel hands out a way for here, one for a browser and a code for another device', async () => {
  await shop.owner.sends(platform.mainBot, '/panel');
  const { text, code, url } = offeredTo();
  expect(text).toContain(`${S}/panel `);
  expect(url).toMatch(new RegExp(`^${S}/panel/enter#[\\w-]{43}$`));
  expect((await signsIn({ code: code.toLowerCase().replace('-', '') })).body.session.kind).toBe('browser');
  expect((await signsIn({ token: url.split('#')[1] })).body.error.code).toBe('session.badCode');
  expect(await opens(shop.owner, '📱 Open here')).toBe(`${S}/panel/`);
});

test('a second one ends the first', async () => {
  await shop.owner.sends(platform.mainBot, '/panel');
  const first = offeredTo();
  await shop.owner.presses(platform.mainBot, 'home');
  await shop.owner.presses(platform.mainBot, 'panel');
  const second = offeredTo();
  expect(second.code).not.toBe(first.code);
  expect((await signsIn({ code: first.code })).status).toBe(401);
  expect((await signsIn({ token: second.url.split('#')[1] })).status).toBe(200);
});

test('the menus, a bot’s page and the menu button open it within Telegram', async () => {
  const { owner } = shop;
  await owner.sends(platform.mainBot, '/menu');
  expect(await opens(owner, '🖥 Panel')).toBe(`${S}/panel/`);
  await owner.presses(platform.mainBot, `bot:${shop.shop.id}`);
  expect(await opens(owner, '🖥 Panel')).toBe(`${S}/panel/bots/${shop.shop.id}`);
  await eventually(() => expect(platform.mainBot.profile.menuButtons.size).toBe(1));
  expect(await opens(owner)).toBe(`${S}/panel/`);
  await moderatorReadsEnglish(platform);
  await platform.moderator.sends(platform.mainBot, '/admin');
  expect(await opens(platform.moderator, '🖥 Panel')).toBe(`${S}/panel/mod`);
});

test('a receipt that comes to the main bot opens in the panel, also after the reasons', async () => {
  const closed = await openShop(platform);
  await closed.owner.blocks(closed.shop);
  const buyer = await newBuyer(platform, closed);
  const paymentId = await payFor(platform, closed, buyer);
  const { mainBot } = platform;
  const receipt = await closed.owner.reads(mainBot, ({ buttons }) =>
    buttons.flat().some(({ data }) => data === `approve:${paymentId}`),
  );
  const page = `${S}/panel/bots/${closed.shop.id}/receipts/${paymentId}`;
  expect(await opens(closed.owner, '🖥 See it in the panel')).toBe(page);
  await closed.owner.presses(mainBot, `reject:${paymentId}`, { message: receipt });
  await closed.owner.presses(mainBot, `review:${paymentId}`, { message: receipt });
  expect(await opens(closed.owner, '🖥 See it in the panel')).toBe(page);
});

test('no seller bot opens it, and none has it in its commands', async () => {
  const { owner } = shop;
  await owner.starts(shop.shop);
  await payFor(platform, shop, await newBuyer(platform, shop));
  await owner.reads(shop.shop, ({ photo }) => photo !== undefined);
  const sent = platform.telegram.calls
    .filter(({ bot }) => bot === shop.shop.username)
    .map(({ params }) => params);
  expect(sent.length).toBeGreaterThan(0);
  expect(JSON.stringify(sent)).not.toContain('web_app');
  const commandsOf = ({ profile }: typeof platform.mainBot) =>
    [...profile.commands.values()].map((commands) => commands.map(({ command }) => command));
  for (const commands of commandsOf(shop.shop)) expect(commands).not.toContain('panel');
  expect(commandsOf(platform.mainBot).length).toBeGreaterThan(LANGUAGES.length);
  for (const commands of commandsOf(platform.mainBot)) expect(commands).toContain('panel');
});

test('whoever signs in by a browser is told, quietly, and signs everybody out by one press', async () => {
  const { owner } = shop;
  await owner.sends(platform.mainBot, '/panel');
  const { cookie = '' } = await signsIn({ code: offeredTo().code });
  const notice = await owner.reads(platform.mainBot, 'Firefox, Windows, 21 November');
  expect(notice.silent).toBe(true);
  const miniApp = await signsIn({ initData: initDataIn(owner.opensPanel(platform.mainBot)) });
  await owner.taps(platform.mainBot, '🚫 It wasn’t me', { message: notice });
  for (const headers of [{ cookie }, { authorization: `Bearer ${miniApp.body.session.token}` }]) {
    const { body } = await askPanel(platform.app.origin, 'GET', '/me', { headers });
    expect(body.error.code).toBe('session.ended');
  }
  expect(chat().messages.find(({ id }) => id === notice.id)?.text).toContain('signed out');
});

test('an owner who changes the card in the bot is told of both by their last digits', async () => {
  const { owner } = shop;
  await owner.presses(platform.mainBot, `bot:${shop.shop.id}:card`);
  await owner.sends(platform.mainBot, '8600 4444 3333 2222');
  await owner.sends(platform.mainBot, 'AZIZ AZIZOV');
  await owner.reads(platform.mainBot, '•••• 2222 instead of •••• 9012');
});

test('of what signs people in nothing stands in the log, the outbox or the trail', async () => {
  // What Telegram signed in the second in which all was ended opens nothing.
  platform.clock.passes({ milliseconds: 1_000 });
  await shop.owner.sends(platform.mainBot, '/panel');
  const { code, url } = offeredTo();
  const { cookie = '' } = await signsIn({ code });
  const initData = initDataIn(shop.owner.opensPanel(platform.mainBot));
  const { body } = await signsIn({ initData });
  await platform.quiet();
  const rows = await platform.database.$queryRaw<{ row: string }[]>`
    SELECT to_jsonb(p)::text AS row FROM promises p UNION ALL SELECT to_jsonb(a)::text FROM audit_log a
     UNION ALL SELECT to_jsonb(s)::text FROM panel_sessions s`;
  const said = [...rows.map(({ row }) => row), ...platform.log].join('\n');
  const hash = new URLSearchParams(initData).get('hash') ?? '';
  for (const secret of [code, url.split('#')[1], cookie.split('=')[1], body.session.token, hash]) {
    expect(secret).toBeTruthy();
    expect(said).not.toContain(secret);
  }
});
