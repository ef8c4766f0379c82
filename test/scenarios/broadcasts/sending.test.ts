import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  becomes,
  copiesOf,
  newCrowd,
  newDraft,
  startsBroadcast,
  statesOf,
} from '../../support/growth/broadcasts.ts';
import { callsOf, holdCall } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const crowd = (size: number) => newCrowd(platform, shop, size);
const started = async (): Promise<number> => {
  const id = await newDraft(platform, shop, shop.owner);
  await startsBroadcast(platform, shop, shop.owner, id);
  return id;
};
const presses = (data: string) => shop.owner.presses(shop.shop, data);
const copies = () => callsOf(shop.shop, 'copyMessage');
const toOthers = () => {
  const isCopy = copies();
  return (call: Parameters<typeof isCopy>[0]) =>
    isCopy(call) && Number(call.params['chat_id']) !== shop.owner.id;
};

test('paused nothing more goes out; it goes on where it was, and cancelled it is over', async () => {
  const people = await crowd(60);
  const id = await newDraft(platform, shop, shop.owner);
  const held = holdCall(platform.telegram, toOthers());
  await startsBroadcast(platform, shop, shop.owner, id).catch(() => undefined);
  await held.comes();
  await presses(`cast:${id}:pause`);
  expect(await platform.database.broadcast.findUniqueOrThrow({ where: { id } })).toMatchObject({
    status: 'paused',
  });
  held.release();
  await eventually(async () => expect((await statesOf(platform, id))['taken']).toBeUndefined());
  await platform.telegram.quiet();
  const before = await statesOf(platform, id);
  expect(before['waiting']).toBeGreaterThan(0);
  await platform.app.jobs.sweep();
  await platform.quiet();
  expect(await statesOf(platform, id)).toEqual(before);
  await presses(`cast:${id}:resume`);
  await becomes(platform, id, 'done');
  expect(people.map((one) => copiesOf(one, shop.shop))).toEqual(people.map(() => 1));

  platform.clock.passes({ days: 8 });
  const next = await newDraft(platform, shop, shop.owner, 'Another word');
  const stopped = holdCall(platform.telegram, toOthers());
  await startsBroadcast(platform, shop, shop.owner, next).catch(() => undefined);
  await stopped.comes();
  await presses(`cast:${next}:cancel`);
  stopped.release();
  await becomes(platform, next, 'cancelled');
  await eventually(async () => {
    await platform.app.jobs.sweep();
    expect(await platform.database.broadcast.findUniqueOrThrow({ where: { id: next } })).toMatchObject({
      counts: { sent: expect.any(Number), waiting: expect.any(Number) },
    });
  });
  await presses(`cast:${next}:resume`);
  expect(await platform.database.broadcast.findUniqueOrThrow({ where: { id: next } })).toMatchObject({
    status: 'cancelled',
  });
});

test('refusals are tried again, what nobody knows counts as unknown and comes once, and whoever blocked the bot is known', async () => {
  const { telegram, database } = platform;
  const people = await crowd(30);
  const [gone, odd] = [people[3], people[5]];
  if (!gone || !odd) throw new Error('a crowd of 30');
  telegram.loseNext('my_chat_member');
  await gone.blocks(shop.shop, { wait: false });
  const id = await newDraft(platform, shop, shop.owner);
  const isCopy = toOthers();
  telegram.failNext(isCopy, { kind: 'tooManyRequests', retryAfter: 1 }, 2);
  telegram.failNext(isCopy, { kind: 'serverError' }, 2);
  telegram.failNext(isCopy, { kind: 'dropAfter' }, 3);
  telegram.failNext((call) => isCopy(call) && Number(call.params['chat_id']) === odd.id, {
    kind: 'refused',
    description: 'Bad Request: VOICE_MESSAGES_FORBIDDEN',
  });
  await startsBroadcast(platform, shop, shop.owner, id);
  await becomes(platform, id, 'done');
  const states = await statesOf(platform, id);
  expect(states).toMatchObject({ unknown: 3 });
  expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(30);
  expect(people.filter((one) => copiesOf(one, shop.shop) > 1)).toEqual([]);
  expect((states['sent'] ?? 0) + (states['unknown'] ?? 0)).toBeGreaterThanOrEqual(28);
  const row = await database.endUser.findFirstOrThrow({ where: { telegramUserId: BigInt(gone.id) } });
  if (states['blocked'] === 1) expect(row.blockedAt).not.toBeNull();
  await shop.owner.reads(shop.shop, 'May not have arrived: 3');
});

test('whoever turns offers off, is banned or deletes their data while it goes out is skipped', async () => {
  const people = await crowd(45);
  const id = await newDraft(platform, shop, shop.owner);
  const held = holdCall(platform.telegram, toOthers());
  await startsBroadcast(platform, shop, shop.owner, id).catch(() => undefined);
  await held.comes();
  await presses(`cast:${id}:pause`);
  held.release();
  await eventually(async () => expect((await statesOf(platform, id))['taken']).toBeUndefined());
  const waiting = await platform.database.broadcastRecipient.findMany({
    where: { broadcastId: id, state: 'waiting' },
    orderBy: { endUserId: 'desc' },
    take: 3,
  });
  const [off, banned, deleted] = waiting.map(({ endUserId }) => endUserId);
  await platform.database.endUser.update({ where: { id: off ?? 0 }, data: { offersOffAt: new Date() } });
  await platform.database.endUser.update({ where: { id: banned ?? 0 }, data: { banned: true } });
  await platform.database.endUser.delete({ where: { id: deleted ?? 0 } });
  await presses(`cast:${id}:resume`);
  await becomes(platform, id, 'done');
  expect(await statesOf(platform, id)).toEqual({ sent: 42, skipped: 3 });
  expect(people.filter((one) => copiesOf(one, shop.shop) === 0)).toHaveLength(3);
});

test('where many have blocked the bot it pauses by itself once, says why, and goes on when its owner says so', async () => {
  const people = await crowd(200);
  const isBlocked = new Set(people.filter((_, index) => index % 5 < 2).map(({ id }) => id));
  const isCopy = toOthers();
  const end = platform.telegram.failAll(
    (call) => isCopy(call) && isBlocked.has(Number(call.params['chat_id'])),
    {
      kind: 'refused',
      code: 403,
      description: 'Forbidden: bot was blocked by the user',
    },
  );
  const id = await started();
  expect(await becomes(platform, id, 'paused')).toMatchObject({ pauseReason: 'blocked' });
  await shop.owner.reads(platform.mainBot, 'More than 30%');
  await eventually(async () => expect((await statesOf(platform, id))['taken']).toBeUndefined());
  const { waiting = 0 } = await statesOf(platform, id);
  expect(waiting).toBeGreaterThan(50);
  await presses(`cast:${id}:resume`);
  await becomes(platform, id, 'done');
  expect(await statesOf(platform, id)).toEqual({ sent: 120, blocked: 80 });
  end();
});

test('its original deleted, it pauses and says so', async () => {
  await crowd(3);
  const id = await newDraft(platform, shop, shop.owner);
  platform.telegram.failAll(copies(), {
    kind: 'refused',
    description: 'Bad Request: message to copy not found',
  });
  await startsBroadcast(platform, shop, shop.owner, id);
  expect(await becomes(platform, id, 'paused')).toMatchObject({ pauseReason: 'original' });
  await shop.owner.reads(platform.mainBot, 'has been deleted');
  expect(await statesOf(platform, id)).toEqual({ waiting: 3 });
});

test('with a dead token it pauses, and after a week it is cancelled; a banned owner’s is cancelled at once', async () => {
  const { app, clock, database } = platform;
  await crowd(3);
  const id = await newDraft(platform, shop, shop.owner);
  const end = platform.telegram.failAll(
    (call) => call.bot === shop.shop.username && call.method !== 'editMessageText',
    {
      kind: 'refused',
      code: 401,
      description: 'Unauthorized',
    },
  );
  await presses(`cast:${id}:start:yes`);
  expect(await becomes(platform, id, 'paused')).toMatchObject({ pauseReason: 'token' });
  await shop.owner.reads(platform.mainBot, 'token no longer works');
  clock.passes({ days: 6 });
  await app.jobs.sweep();
  expect(await becomes(platform, id, 'paused')).toMatchObject({ pauseReason: 'token' });
  clock.passes({ days: 1, minutes: 1 });
  await eventually(async () => {
    await app.jobs.sweep();
    await becomes(platform, id, 'cancelled');
  });
  end();

  shop = await openShop(platform);
  await crowd(3);
  clock.passes({ hours: 12 });
  const waiting = await newDraft(platform, shop, shop.owner);
  await startsBroadcast(platform, shop, shop.owner, waiting);
  await database.owner.update({ where: { telegramUserId: BigInt(shop.owner.id) }, data: { banned: true } });
  await eventually(async () => {
    await app.jobs.sweep();
    await becomes(platform, waiting, 'cancelled');
  });
  expect(await statesOf(platform, waiting)).toEqual({});
  clock.passes({ hours: 12 });
});

test('a second process repeats nothing, with Redis emptied meanwhile', async () => {
  const people = await crowd(120);
  const other = await platform.startAnother();
  const id = await started();
  const { Redis } = await import('ioredis');
  const redis = new Redis(platform.redisUrl);
  await redis.flushdb();
  redis.disconnect();
  await platform.restart();
  await becomes(platform, id, 'done');
  await other.close();
  const states = await statesOf(platform, id);
  expect((states['sent'] ?? 0) + (states['unknown'] ?? 0)).toBe(120);
  expect(people.filter((one) => copiesOf(one, shop.shop) > 1)).toEqual([]);
});
