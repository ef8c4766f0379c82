import { afterAll, beforeAll, expect, test } from 'vitest';
import { askPanel, initDataOf } from '../../../support/panel/ask-panel.ts';
import { type EventStream, openEvents } from '../../../support/panel/event-stream.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let other: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  other = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

/** In a second of its own: what was signed before all was ended opens nothing. */
async function signsIn(person = shop.owner): Promise<Record<string, string>> {
  platform.clock.passes({ milliseconds: 1_000 });
  const { token: botToken } = platform.mainBot;
  const initData = initDataOf(person, { botToken, at: platform.clock.now() });
  const { body } = await askPanel(platform.app.origin, 'POST', '/session', { body: { initData } });
  return { authorization: `Bearer ${body.session.token}` };
}

async function listens(headers: Record<string, string>): Promise<EventStream> {
  const stream = await openEvents(platform.app.origin, headers);
  await expect.poll(() => stream.heard[0]?.event).toBe('hello');
  return stream;
}

test('an open page hears that a receipt has come, and nobody else’s page does', async () => {
  const mine = await listens(await signsIn());
  const theirs = await listens(await signsIn(other.owner));
  expect(mine.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(mine.headers.get('x-accel-buffering')).toBe('no');
  expect(mine.headers.get('cache-control')).toBe('no-store');

  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `buy:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  const change = { event: 'changed', data: { bot: String(shop.shop.id) } };
  await expect.poll(() => mine.heard).toContainEqual(change);

  // The other owner has heard everything that was said before this, had it been said to them.
  await newBuyer(platform, other);
  await expect
    .poll(() => theirs.heard)
    .toContainEqual({ event: 'changed', data: { bot: String(other.shop.id) } });
  expect(theirs.heard).not.toContainEqual(change);
  mine.close();
  theirs.close();
});

test('a stream ends with its session, wherever that is ended', async () => {
  const [headers, elsewhere] = [await signsIn(), await signsIn()];
  const stream = await listens(headers);
  await askPanel(platform.app.origin, 'DELETE', '/sessions', { headers: elsewhere });
  await stream.ended;
  expect((await openEvents(platform.app.origin, headers)).status).toBe(401);
});

test('a session has three streams, and no fourth', async () => {
  const headers = await signsIn();
  const streams = await Promise.all([1, 2, 3].map(() => listens(headers)));
  const fourth = await openEvents(platform.app.origin, headers);
  expect(fourth.status).toBe(429);
  expect(fourth.headers.get('retry-after')).toBe('30');
  streams[0]?.close();
  await expect.poll(async () => (await openEvents(platform.app.origin, headers)).status).toBe(200);
});

test('whoever waits for a press in Telegram hears what became of it', async () => {
  const { code } = await platform.app.services.panelEntries.offer({
    telegramUserId: BigInt(shop.owner.id),
  });
  const signedIn = await askPanel(platform.app.origin, 'POST', '/session', { body: { code } });
  const headers = { cookie: signedIn.cookie ?? '' };
  const stream = await listens(headers);
  const session = await platform.app.services.panelSessions.authenticate(
    headers.cookie.slice(headers.cookie.indexOf('=') + 1),
  );
  const { id } = await platform.app.services.panelConfirmations.ask(session, {
    action: 'card',
    payload: { telegramBotId: String(shop.shop.id), number: '8600 1111 2222 3333', holder: 'AZIZ AZIZOV' },
  });
  await platform.app.services.panelConfirmations.decide(
    { kind: 'owner', telegramUserId: BigInt(shop.owner.id) },
    id,
    'no',
  );
  await expect
    .poll(() => stream.heard)
    .toContainEqual({ event: 'confirmation', data: { id, state: 'refused' } });
  stream.close();
});

test('a server that stops ends them first, and stops at once', async () => {
  const second = await startPlatform();
  const { owner } = await openShop(second);
  const initData = initDataOf(owner, { botToken: second.mainBot.token, at: second.clock.now() });
  const { body } = await askPanel(second.app.origin, 'POST', '/session', { body: { initData } });
  const stream = await openEvents(second.app.origin, { authorization: `Bearer ${body.session.token}` });
  await expect.poll(() => stream.heard[0]?.event).toBe('hello');
  await second.closesClean();
  await stream.ended;
});
