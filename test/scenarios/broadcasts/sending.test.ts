import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  AT_ONCE,
  becomes,
  copiesOf,
  copiesToPeople,
  newDraft,
  newPeople,
  startsBroadcast,
  startsHeld,
  statesOf,
} from '../../support/growth/broadcasts.ts';
import { callsOf } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, openShop, type Shop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const peopleOf = (size: number) => newPeople(platform, shop, size);
const started = async (): Promise<number> => {
  const id = await newDraft(platform, shop, shop.owner);
  await startsBroadcast(platform, shop, shop.owner, id);
  return id;
};
const presses = (data: string, options = {}) => shop.owner.presses(shop.shop, data, options);
const copies = () => callsOf(shop.shop, 'copyMessage');
const toOthers = () => copiesToPeople(shop);
const held = async (text?: string) => {
  const id = await newDraft(platform, shop, shop.owner, text);
  return { id, release: await startsHeld(platform, shop, id) };
};

test('paused nothing more goes out; it goes on where it was, and cancelled it is over', async () => {
  const people = await peopleOf(60);
  const { id, release } = await held();
  await presses(`cast:${id}:pause`, { wait: false });
  await becomes(platform, id, 'paused');
  release();
  const before = { sent: AT_ONCE, waiting: 60 - AT_ONCE };
  await eventually(async () => expect(await statesOf(platform, id)).toEqual(before));
  await platform.app.jobs.sweep();
  await platform.quiet();
  expect(await statesOf(platform, id)).toEqual(before);
  await presses(`cast:${id}:resume`);
  await becomes(platform, id, 'done');
  expect(people.map((one) => copiesOf(one, shop.shop))).toEqual(people.map(() => 1));

  platform.clock.passes({ days: 8 });
  const { id: next, release: goOn } = await held('Another word');
  await presses(`cast:${next}:cancel`, { wait: false });
  await becomes(platform, next, 'cancelled');
  goOn();
  await eventually(async () => {
    await platform.app.jobs.sweep();
    expect(await platform.database.broadcast.findUniqueOrThrow({ where: { id: next } })).toMatchObject({
      counts: { sent: AT_ONCE, waiting: 60 - AT_ONCE },
    });
  });
  await presses(`cast:${next}:resume`);
  expect(await platform.database.broadcast.findUniqueOrThrow({ where: { id: next } })).toMatchObject({
    status: 'cancelled',
  });
});

test('however many copies come back, one after the other, nothing of them is left behind', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => warnings.push(name);
  process.on('warning', note);
  const people = await peopleOf(2 * AT_ONCE);
  const id = await newDraft(platform, shop, shop.owner);
  for (let copy = 0; copy < AT_ONCE; copy += 1)
    platform.telegram.failNext(toOthers(), { kind: 'slow', ms: 200 + copy * 20 });
  await startsBroadcast(platform, shop, shop.owner, id);
  await becomes(platform, id, 'done');
  process.off('warning', note);
  expect(people.map((one) => copiesOf(one, shop.shop))).toEqual(people.map(() => 1));
  expect(warnings).not.toContain('MaxListenersExceededWarning');
});

test('refusals are tried again, what nobody knows counts as unknown and comes once, and whoever blocked the bot is known', async () => {
  const { telegram, database } = platform;
  const people = await peopleOf(30);
  const [gone, odd] = [people[3], people[5]];
  if (!gone || !odd) throw new Error('there are 30');
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

test('whoever turns offers off, is banned, deletes their data or comes to help while it goes out is skipped', async () => {
  const people = await peopleOf(45);
  const { id, release } = await held();
  await presses(`cast:${id}:pause`, { wait: false });
  await becomes(platform, id, 'paused');
  release();
  await eventually(async () => expect((await statesOf(platform, id))['taken']).toBeUndefined());
  const waiting = await platform.database.broadcastRecipient.findMany({
    where: { broadcastId: id, state: 'waiting' },
    orderBy: { endUserId: 'desc' },
    take: 4,
  });
  const [off, banned, deleted, helper] = waiting.map(({ endUserId }) => endUserId);
  await platform.database.endUser.update({ where: { id: off ?? 0 }, data: { offersOffAt: new Date() } });
  await platform.database.endUser.update({ where: { id: banned ?? 0 }, data: { banned: true } });
  await platform.database.endUser.delete({ where: { id: deleted ?? 0 } });
  const { botId, telegramUserId, fullName } = await platform.database.endUser.findUniqueOrThrow({
    where: { id: helper ?? 0 },
  });
  const asManager = { role: 'support', status: 'active', addedAt: platform.clock.now() };
  await platform.database.botManager.create({ data: { botId, telegramUserId, fullName, ...asManager } });
  await presses(`cast:${id}:resume`);
  await becomes(platform, id, 'done');
  expect(await statesOf(platform, id)).toEqual({ sent: 41, skipped: 4 });
  expect(people.filter((one) => copiesOf(one, shop.shop) === 0)).toHaveLength(4);
});

/** What is sent to these is refused, because they have blocked the bot. @returns what ends it */
function blockedFor(people: ReadonlySet<number>): () => void {
  const isCopy = toOthers();
  return platform.telegram.failAll((call) => isCopy(call) && people.has(Number(call.params['chat_id'])), {
    kind: 'refused',
    code: 403,
    description: 'Forbidden: bot was blocked by the user',
  });
}

test('where many have blocked the bot it pauses by itself once, says why, and goes on when its owner says so', async () => {
  const people = await peopleOf(200);
  const isBlocked = new Set(people.filter((_, index) => index % 5 < 2).map(({ id }) => id));
  const end = blockedFor(isBlocked);
  const id = await started();
  expect(await becomes(platform, id, 'paused')).toMatchObject({ pauseReason: 'blocked' });
  await shop.owner.reads(platform.mainBot, 'More than 30%');
  await eventually(async () => expect((await statesOf(platform, id))['taken']).toBeUndefined());
  const { waiting = 0 } = await statesOf(platform, id);
  expect(waiting).toBeGreaterThan(50);
  await presses(`cast:${id}:resume`);
  await becomes(platform, id, 'done');
  expect(await statesOf(platform, id)).toEqual({ sent: 120, blocked: 80 });
  const known = await platform.database.endUser.findMany({
    where: { blockedAt: { not: null }, bot: { telegramBotId: BigInt(shop.shop.id) } },
  });
  expect(new Set(known.map(({ telegramUserId }) => Number(telegramUserId)))).toEqual(isBlocked);
  end();
});

test('it pauses as well where those who have blocked the bot all come first', async () => {
  const people = await peopleOf(200);
  const isBlocked = new Set(people.slice(0, 80).map(({ id }) => id));
  const end = blockedFor(isBlocked);
  const id = await started();
  expect(await becomes(platform, id, 'paused')).toMatchObject({ pauseReason: 'blocked' });
  await eventually(async () => expect((await statesOf(platform, id))['taken']).toBeUndefined());
  expect(await statesOf(platform, id)).toMatchObject({ blocked: 80, waiting: expect.any(Number) });
  await presses(`cast:${id}:resume`);
  await becomes(platform, id, 'done');
  expect(await statesOf(platform, id)).toEqual({ sent: 120, blocked: 80 });
  end();
});

test('its original deleted, it pauses and says so', async () => {
  await peopleOf(3);
  const id = await newDraft(platform, shop, shop.owner);
  const end = platform.telegram.failAll(copies(), {
    kind: 'refused',
    description: 'Bad Request: message to copy not found',
  });
  await startsBroadcast(platform, shop, shop.owner, id);
  expect(await becomes(platform, id, 'paused')).toMatchObject({ pauseReason: 'original' });
  await shop.owner.reads(platform.mainBot, 'has been deleted');
  await eventually(async () => expect(await statesOf(platform, id)).toEqual({ waiting: 3 }));
  end();
});

test('with a dead token it pauses, and after a week it is cancelled; a banned owner’s is cancelled at once', async () => {
  const { app, clock, database } = platform;
  await peopleOf(3);
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
  await peopleOf(3);
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

test('whatever it was paused for, a token that is dead for a week ends it; one that dies anew has its week anew', async () => {
  const { app, clock, database } = platform;
  const where = { telegramBotId: BigInt(shop.shop.id) };
  const dies = () =>
    database.sellerBot.updateMany({ where, data: { isActive: false, tokenDeadAt: clock.now() } });
  const isStill = async (id: number, pauseReason: string) => {
    await app.jobs.sweep();
    await platform.quiet();
    expect(await becomes(platform, id, 'paused')).toMatchObject({ pauseReason });
  };
  const ends = (id: number) =>
    eventually(async () => {
      await app.jobs.sweep();
      await becomes(platform, id, 'cancelled');
    });
  await peopleOf(30);
  const { id, release } = await held();
  await dies();
  release();
  expect(await becomes(platform, id, 'paused')).toMatchObject({ pauseReason: 'token' });
  await platform.quiet();
  await database.sellerBot.updateMany({ where, data: { isActive: true, tokenDeadAt: null } });
  clock.passes({ days: 8 });
  await dies();
  await isStill(id, 'token');
  clock.passes({ days: 7 });
  await ends(id);

  await database.sellerBot.updateMany({ where, data: { isActive: true, tokenDeadAt: null } });
  const { id: asked, release: goOn } = await held('Another word');
  await presses(`cast:${asked}:pause`, { wait: false });
  await becomes(platform, asked, 'paused');
  goOn();
  await platform.quiet();
  await dies();
  await presses(`cast:${asked}:resume`);
  clock.passes({ days: 6 });
  await isStill(asked, 'asked');
  clock.passes({ days: 1 });
  await ends(asked);
});

test('a second process repeats nothing, with Redis emptied meanwhile', async () => {
  const people = await peopleOf(120);
  await platform.startAnother();
  const id = await started();
  const redis = new Redis(platform.redisUrl);
  await redis.flushdb();
  redis.disconnect();
  await platform.restart();
  await becomes(platform, id, 'done');
  const states = await statesOf(platform, id);
  expect((states['sent'] ?? 0) + (states['unknown'] ?? 0)).toBe(120);
  expect(people.filter((one) => copiesOf(one, shop.shop) > 1)).toEqual([]);
});

test('a moderator sees what goes out and ends it; nobody else can, and the owner is told', async () => {
  const { mainBot, moderator } = platform;
  await moderatorReadsEnglish(platform);
  await peopleOf(40);
  const { id, release } = await held();
  await shop.owner.presses(mainBot, 'mod:casts:0');
  expect(told(shop.owner, mainBot)).not.toContain('all bots');
  await shop.owner.presses(mainBot, `mod:cast:${id}:stop`);
  await moderator.presses(mainBot, 'mod:casts:0');
  expect(moderator.chatWith(mainBot).last?.text).toContain(`@${shop.shop.username}`);
  expect(await platform.database.broadcast.findUniqueOrThrow({ where: { id } })).toMatchObject({
    status: 'sending',
  });
  await moderator.presses(mainBot, `mod:cast:${id}:stop`);
  await becomes(platform, id, 'cancelled');
  release();
  await shop.owner.reads(mainBot, 'was cancelled');
  await eventually(async () => expect(await statesOf(platform, id)).toEqual({ sent: AT_ONCE, waiting: 20 }));
});

test('when the night begins it stops and says when it continues, and in the morning it does', async () => {
  const { app, clock } = platform;
  const people = await peopleOf(50);
  clock.passes({ hours: 7 });
  const { id, release } = await held();
  clock.passes({ hours: 2 });
  release();
  await eventually(async () =>
    expect(await statesOf(platform, id)).toEqual({ sent: AT_ONCE, waiting: 50 - AT_ONCE }),
  );
  await shop.owner.reads(shop.shop, 'it continues at 08:00');
  clock.passes({ hours: 8 });
  await app.jobs.sweep();
  expect(await statesOf(platform, id)).toEqual({ sent: AT_ONCE, waiting: 50 - AT_ONCE });
  clock.passes({ hours: 1 });
  await app.jobs.sweep();
  await becomes(platform, id, 'done');
  expect(people.map((one) => copiesOf(one, shop.shop))).toEqual(people.map(() => 1));
  clock.passes({ hours: 6 });
});
