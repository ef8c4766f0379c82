import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askPanel, initDataOf, type PanelRequest } from '../../../support/panel/ask-panel.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { openShop, type Shop } from '../../../support/shop.ts';
import { newestFile } from '../../../support/told.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ environment: { TRUST_PROXY: '127.0.0.1' } });
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

/** People of one test share a network, and no two tests do, nor the second in which Telegram signs something. */
let network = 0;
beforeEach(() => {
  network += 1;
  platform.clock.passes({ milliseconds: 1_000 });
});

function ask(method: string, path: string, { body, headers }: PanelRequest = {}) {
  const from = { 'x-forwarded-for': `10.0.${network}.1` };
  return askPanel(platform.app.origin, method, path, { body, headers: { ...from, ...headers } });
}

const initData = (person = shop.owner, botToken = platform.mainBot.token) =>
  initDataOf(person, { botToken, at: platform.clock.now() });

async function opensMiniApp(person = shop.owner) {
  const { status, body } = await ask('POST', '/session', { body: { initData: initData(person) } });
  expect(status).toBe(200);
  return { authorization: `Bearer ${body.session.token}` };
}

async function opensBrowser(person = shop.owner) {
  const { code } = await platform.app.services.panelEntries.offer({ telegramUserId: BigInt(person.id) });
  const answer = await ask('POST', '/session', { body: { code } });
  expect(answer.status).toBe(200);
  return { cookie: answer.cookie ?? '' };
}

const countSessions = () => platform.database.panelSession.count();

test('an owner opens the panel within Telegram, and reads who they are', async () => {
  const { body, headers, cookie } = await ask('POST', '/session', { body: { initData: initData() } });
  expect(cookie).toBeUndefined();
  expect(body.session).toMatchObject({ kind: 'miniApp', token: expect.stringMatching(/^[\w-]{43}$/) });
  expect(body.me).toMatchObject({
    person: { telegramId: String(shop.owner.id), name: 'Aziz', language: 'en', closedBot: false },
    roles: ['owner'],
    bots: [
      { id: String(shop.shop.id), username: shop.shop.username, role: 'owner', state: 'sells', waiting: 0 },
    ],
    mainBot: platform.mainBot.username,
    timeZone: 'Asia/Tashkent',
  });
  expect(body.me.features.toSorted()).toEqual([
    'broadcast',
    'freelist',
    'grace',
    'promo',
    'providers',
    'referral',
    'sources',
    'stars',
    'team',
  ]);
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors https://*.telegram.org; require-trusted-types-for 'script'",
  );
  for (const [name, value] of [
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()'],
  ] as const) {
    expect(headers.get(name), name).toBe(value);
  }
  expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});

test('what a seller bot’s token signed opens nothing, nor does what nobody signed', async () => {
  const before = await countSessions();
  for (const forged of [initData(shop.owner, shop.shop.token), '', 'user=%7B%22id%22%3A1%7D&hash=00']) {
    const { status, body } = await ask('POST', '/session', { body: { initData: forged } });
    expect([status, body.error.code]).toEqual([401, 'session.badInitData']);
  }
  expect(await countSessions()).toBe(before);
});

test('whoever never opened the main bot is told to', async () => {
  const stranger = platform.telegram.newPerson({ firstName: 'Stranger' });
  const { status, body } = await ask('POST', '/session', { body: { initData: initData(stranger) } });
  expect([status, body.error.code]).toEqual([403, 'session.notKnown']);
  expect(body.error.message).toContain(`https://t.me/${platform.mainBot.username}`);
});

test('without https the main bot names the address and a code, and nothing that Telegram would not open', async () => {
  const { owner } = shop;
  await owner.sends(platform.mainBot, '/panel');
  const { text = '', buttons = [] } = owner.chatWith(platform.mainBot).last ?? {};
  expect(text).toContain(`${platform.app.origin}/panel `);
  expect(buttons.flat().map(({ data }) => data)).toEqual(['panel:out', 'home']);
  const [code] = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(text) ?? [];
  expect((await ask('POST', '/session', { body: { code } })).status).toBe(200);
});

test('a code works once, however it is typed, and a newer one ends it', async () => {
  const { services } = platform.app;
  const telegramUserId = BigInt(shop.owner.id);
  const tries = async (code: string) => (await ask('POST', '/session', { body: { code } })).status;
  const first = await services.panelEntries.offer({ telegramUserId });
  expect(first.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  const second = await services.panelEntries.offer({ telegramUserId });
  expect(await tries(first.code)).toBe(401);
  const results = await Promise.all(
    Array.from({ length: 20 }, () => tries(second.code.toLowerCase().replace('-', ''))),
  );
  expect(results.filter((status) => status === 200)).toHaveLength(1);
  // Whoever tries so often waits, and nobody else does.
  expect(await tries(first.code)).toBe(429);
  network = 200;
  // The link of the pair went with the code.
  expect((await ask('POST', '/session', { body: { token: second.token } })).status).toBe(401);
  const third = await services.panelEntries.offer({ telegramUserId });
  expect((await ask('POST', '/session', { body: { token: third.token } })).status).toBe(200);
});

test('a change that a browser’s cookie stands for comes from our own page', async () => {
  const browser = await opensBrowser();
  const puts = (headers: Record<string, string>, body: unknown = { language: 'en' }) =>
    ask('PUT', '/me/language', { body, headers: { ...browser, ...headers } });
  expect((await puts({})).status).toBe(204);
  const { status, body } = await puts({ 'sec-fetch-site': 'cross-site' });
  expect([status, body.error.code]).toEqual([403, 'origin']);
  // So does one without a body, which a form of another page could send as well.
  for (const type of ['', 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
    const left = await ask('DELETE', '/session', { headers: { ...browser, 'content-type': type } });
    expect([type, left.status, left.body.error.code]).toEqual([type, 415, 'notJson']);
  }
  expect((await ask('GET', '/me', { headers: browser })).status).toBe(200);
  // A bearer is sent by nobody but our page.
  const miniApp = await opensMiniApp();
  const fromElsewhere = { headers: { ...miniApp, 'sec-fetch-site': 'cross-site' }, body: { language: 'en' } };
  expect((await ask('PUT', '/me/language', fromElsewhere)).status).toBe(204);
});

test('what is no JSON, or not what is asked for, is refused in words', async () => {
  const miniApp = await opensMiniApp();
  const form = { ...miniApp, 'content-type': 'application/x-www-form-urlencoded' };
  expect((await ask('PUT', '/me/language', { body: {}, headers: form })).body.error.code).toBe('notJson');
  const { status, body } = await ask('PUT', '/me/language', { body: { language: 'xx' }, headers: miniApp });
  expect([status, body.error.code, Object.keys(body.error.fields)]).toEqual([400, 'request', ['language']]);
});

test('signed out is signed out: here, elsewhere, everywhere', async () => {
  const [one, other] = [await opensMiniApp(), await opensBrowser()];
  const me = async (headers: Record<string, string>) => (await ask('GET', '/me', { headers })).status;
  const { body } = await ask('GET', '/sessions', { headers: other });
  const current = body.items.find((device: { current: boolean }) => device.current);
  expect(current).toMatchObject({ kind: 'browser' });
  const another = body.items.find((device: { kind: string }) => device.kind === 'miniApp');
  expect((await ask('DELETE', `/sessions/${another.id}`, { headers: other })).status).toBe(204);
  expect(await me(one)).toBe(401);
  const left = await ask('DELETE', '/sessions', { headers: other });
  expect(left.headers.get('clear-site-data')).toBe('"cache", "storage"');
  expect((await ask('GET', '/me', { headers: other })).body.error.code).toBe('session.ended');
});

test('nobody ends another’s session', async () => {
  const stranger = await openShop(platform);
  const [mine, theirs] = [await opensMiniApp(), await opensMiniApp(stranger.owner)];
  const { id } = await platform.database.panelSession.findFirstOrThrow({
    where: { telegramUserId: BigInt(shop.owner.id), endedAt: null },
  });
  expect((await ask('DELETE', `/sessions/${id}`, { headers: theirs })).status).toBe(404);
  expect((await ask('GET', '/me', { headers: mine })).status).toBe(200);
});

test('without a session every path is refused alike; with one, what is not there is not found', async () => {
  for (const path of ['/me', '/nothing', '/bots/1/receipts']) {
    const { status, body } = await ask('GET', path);
    expect([status, body.error.code]).toEqual([401, 'session.none']);
  }
  const headers = await opensMiniApp();
  const { status, body } = await ask('GET', '/nothing', { headers });
  expect([status, body.error.code]).toEqual([404, 'notFound']);
});

test('a session of a Mini App lasts twelve hours', async () => {
  const headers = await opensMiniApp();
  platform.clock.passes({ hours: 11, minutes: 59 });
  expect((await ask('GET', '/me', { headers })).status).toBe(200);
  platform.clock.passes({ minutes: 1 });
  expect((await ask('GET', '/me', { headers })).body.error.code).toBe('session.ended');
});

test('whoever is forgotten is signed out, and what they were signed in with is gone', async () => {
  const { telegram, mainBot, database } = platform;
  const gone = telegram.newPerson({ firstName: 'Gone', languageCode: 'en' });
  await gone.starts(mainBot);
  await gone.presses(mainBot, 'lang:en');
  const headers = await opensMiniApp(gone);
  await gone.presses(mainBot, 'mydata');
  expect(newestFile(gone, mainBot).text).toContain('"kind": "miniApp"');
  await gone.presses(mainBot, 'forget:yes');
  expect((await ask('GET', '/me', { headers })).status).toBe(401);
  expect(await database.panelSession.count({ where: { telegramUserId: BigInt(gone.id) } })).toBe(0);
});

test('what is over is kept for thirty days', async () => {
  await opensMiniApp();
  platform.clock.passes({ days: 30 });
  await platform.app.jobs.reconcile();
  expect(await countSessions()).toBeGreaterThan(0);
  platform.clock.passes({ days: 1 });
  await platform.app.jobs.reconcile();
  expect(await countSessions()).toBe(0);
});
