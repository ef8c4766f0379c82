import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInitData } from '../../../../sandbox/world/web-apps.ts';
import { MINUTE_MS } from '../../../../src/shared/durations.ts';
import { askPanel, initDataOf } from '../../../support/panel/ask-panel.ts';
import { openBrowserPanel, openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { moderatorReadsEnglish, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let redis: Redis;

beforeAll(async () => {
  platform = await startPlatform({ environment: { TRUST_PROXY: '127.0.0.1' } });
  shop = await openShop(platform);
  await moderatorReadsEnglish(platform);
  redis = new Redis(platform.redisUrl);
});
afterAll(async () => {
  redis.disconnect();
  await platform.closesClean();
});

const signsIn = (body: unknown, address = '10.3.0.1') =>
  askPanel(platform.app.origin, 'POST', '/session', { body, headers: { 'x-forwarded-for': address } });
const offer = () => platform.app.services.panelEntries.offer({ telegramUserId: BigInt(shop.owner.id) });
const countSessions = () => platform.database.panelSession.count();

test('a code and a link last five minutes, and no longer', async () => {
  const { code, token } = await offer();
  const keys = await redis.keys('*panel-entry:*');
  expect(keys).toHaveLength(3);
  for (const key of keys) {
    const left = await redis.pttl(key);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(5 * MINUTE_MS);
    await redis.pexpire(key, 0);
  }
  for (const body of [{ code }, { token }]) {
    const answer = await signsIn(body);
    expect([answer.status, answer.body.error.code]).toEqual([401, 'session.badCode']);
  }
});

test('what Telegram did not sign so, or not now, opens no session', async () => {
  const before = await countSessions();
  const { token: botToken } = platform.mainBot;
  const now = platform.clock.now();
  const at = (ms: number) => initDataOf(shop.owner, { botToken, at: new Date(now.getTime() + ms) });
  const good = at(0);
  const nobody = signInitData({ auth_date: String(Math.floor(now.getTime() / 1_000)) }, botToken);
  const bad = [good.replace('Aziz', 'Azis'), good.replace(/hash=\w+/, 'hash='), `${good}&query_id=AAH`];
  for (const initData of [...bad, good.slice(0, -1), at(2 * MINUTE_MS), nobody]) {
    const { status, body } = await signsIn({ initData });
    expect([status, body.error.code], initData).toEqual([401, 'session.badInitData']);
  }
  const old = await signsIn({ initData: at(-25 * 60 * MINUTE_MS) });
  expect([old.status, old.body.error.code]).toEqual([401, 'session.staleInitData']);
  expect(await countSessions()).toBe(before);
  // Of a day that is not over, and a little early, as clocks differ.
  for (const ms of [-23 * 60 * MINUTE_MS, 30_000]) {
    expect((await signsIn({ initData: at(ms) }, '10.3.0.2')).status).toBe(200);
  }
});

test('without a word of the browser’s about where it comes from, the origin is the page’s own', async () => {
  const { headers } = await openBrowserPanel(platform, shop.owner);
  const { origin } = platform.app;
  const puts = async (carried: Record<string, string>) => {
    const response = await fetch(`${origin}/panel/api/me/language`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...carried },
      body: JSON.stringify({ language: 'en' }),
    });
    return response.status;
  };
  const asked = { ...headers, 'sec-fetch-site': 'cross-site' };
  expect(await puts({ ...asked, origin })).toBe(403);
  expect(await puts({ ...headers, origin: 'https://elsewhere.example' })).toBe(403);
  expect(await puts({ ...headers, origin: 'null' })).toBe(403);
  expect(await puts(headers)).toBe(403);
  expect(await puts({ ...headers, origin })).toBe(204);
  expect(await puts((await openPanel(platform, shop.owner)).headers)).toBe(204);
});

test('with Redis emptied sessions live on, and what was open to sign in by is gone', async () => {
  const browser = await openBrowserPanel(platform, shop.owner);
  const { code, token } = await offer();
  await redis.flushdb();
  expect((await browser.get('/me')).status).toBe(200);
  for (const body of [{ code }, { token }]) expect((await signsIn(body, '10.3.0.3')).status).toBe(401);
  const { code: next } = await offer();
  expect((await signsIn({ code: next }, '10.3.0.3')).status).toBe(200);
});

test('whoever is a moderator no more has no desk, and is signed in as the owner that they are', async () => {
  const panel = await openPanel(platform, platform.moderator);
  expect((await panel.get('/mod/owners')).status).toBe(200);
  const { headers } = panel;
  await platform.restart({ MODERATOR_IDS: '' });
  const get = (path: string) => askPanel(platform.app.origin, 'GET', path, { headers });
  expect((await get('/mod/owners')).body.error.code).toBe('notFound');
  expect((await get('/me')).body.roles).toEqual(['owner']);
  await platform.restart({ MODERATOR_IDS: String(platform.moderator.id) });
});

test('after a hundred wrong codes, wherever they come from, codes are refused for a while, and links are not', async () => {
  const wrong = (n: number) => signsIn({ code: '7KQ2-M9XD' }, `10.4.${n}.1`);
  for (let n = 0; n < 100; n += 1) expect((await wrong(n)).status).toBe(401);
  const { code, token } = await offer();
  const refused = await signsIn({ code }, '10.5.0.1');
  expect([refused.status, refused.body.error.code]).toEqual([429, 'tooFast']);
  expect((await signsIn({ token }, '10.5.0.1')).status).toBe(200);
});
