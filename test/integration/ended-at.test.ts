import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DomainEvents } from '../../src/kernel/events.ts';
import { createUnitOfWork, type UnitOfWork } from '../../src/kernel/unit-of-work.ts';
import { FOLLOWERS } from '../../src/modules/index.ts';
import { createDeadlineService } from '../../src/modules/subscriptions/deadline-service.ts';
import { endAccess } from '../../src/modules/subscriptions/ending.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/durations.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { newMember, openShop, payFor, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;
let botId: number;
let ended: DomainEvents['accessEnded'][];
let transact: UnitOfWork;
let deadlines: ReturnType<typeof createDeadlineService>;

beforeAll(async () => {
  platform = await startPlatform();
  const { database: prisma, clock } = platform;
  shop = await openShop(platform);
  ({ id: botId } = await prisma.sellerBot.findFirstOrThrow());
  transact = createUnitOfWork({
    prisma,
    clock,
    waker: { wake: () => Promise.resolve() },
    feed: { changed: () => undefined },
    followers: { ...FOLLOWERS, accessEnded: [(_work, event) => void ended.push(event)] },
  });
  deadlines = createDeadlineService({ prisma, transact, clock, timeZone: 'Asia/Tashkent' });
});
beforeEach(() => {
  ended = [];
});
afterAll(() => platform.close());

/** Somebody whose time ends in an hour. */
async function memberWithAnHour(at = shop) {
  const bought = await newMember(platform, at);
  const end = new Date(platform.clock.now().getTime() + HOUR_MS);
  await platform.database.subscription.update({
    where: { id: bought.subscriptionId },
    data: { expiresAt: end },
  });
  return { ...bought, end };
}

const after = (moment: Date, ms: number) => new Date(moment.getTime() + ms);

/** What stands in the books; null: it has not ended. */
async function endOf(subscriptionId: number): Promise<Date | null> {
  const where = { id: subscriptionId };
  return (await platform.database.subscription.findUniqueOrThrow({ where })).endedAt;
}

test('whatever time ended, it ended at its end, however late a job found out', async () => {
  const { subscriptionId, end } = await memberWithAnHour();
  expect(await endOf(subscriptionId)).toBeNull();
  platform.clock.passes({ hours: 40 });
  await deadlines.endSubscription(subscriptionId);
  expect(await endOf(subscriptionId)).toEqual(end);
  expect(ended).toEqual([
    {
      botId,
      subscriptionId,
      isOut: false,
      telegramUserId: null,
      why: 'timeUp',
      endedAt: end,
    },
  ]);
});

test('in the grace it ended at the end of that', async () => {
  const { subscriptionId, end } = await memberWithAnHour();
  await platform.database.botSettings.create({ data: { botId, graceDays: 2 } });
  platform.clock.passes({ hours: 1 });
  await deadlines.endSubscription(subscriptionId);
  await platform.database.botSettings.deleteMany();
  expect(ended).toEqual([]);
  expect(await endOf(subscriptionId)).toBeNull();
  platform.clock.passes({ days: 2, hours: 5 });
  await deadlines.endSubscription(subscriptionId);
  expect(ended.map(({ endedAt }) => endedAt)).toEqual([after(end, 2 * DAY_MS)]);
  expect(await endOf(subscriptionId)).toEqual(after(end, 2 * DAY_MS));
});

test('where a receipt held the place it ended when that was decided, or could hold it no longer', async () => {
  const { clock } = platform;
  const decided = await memberWithAnHour();
  const paymentId = await payFor(platform, shop, decided.member);
  const undecided = await memberWithAnHour();
  await payFor(platform, shop, undecided.member);
  clock.passes({ hours: 3 });
  await shop.owner.presses(shop.shop, `reject:${paymentId}:amount`);
  clock.passes({ hours: 30 });
  await deadlines.endSubscription(decided.subscriptionId);
  await deadlines.endSubscription(undecided.subscriptionId);
  expect(ended.map(({ endedAt }) => endedAt)).toEqual([
    after(decided.end, 2 * HOUR_MS),
    after(undecided.end, DAY_MS),
  ]);
  expect(await endOf(decided.subscriptionId)).toEqual(after(decided.end, 2 * HOUR_MS));
  expect(await endOf(undecided.subscriptionId)).toEqual(after(undecided.end, DAY_MS));
});

test('what somebody decided ended with the decision', async () => {
  const { subscriptionId } = await memberWithAnHour();
  await transact((work) =>
    endAccess(work, { id: subscriptionId }, botId, { status: 'kicked', why: null, isOut: true }),
  );
  expect(ended.map(({ endedAt }) => endedAt)).toEqual([platform.clock.now()]);
  expect(await endOf(subscriptionId)).toEqual(platform.clock.now());
});

test('who is put out by hand, banned, forgotten, or loses what was approved, loses it with that', async () => {
  const { clock, mainBot } = platform;
  const [putOut, banned, forgotten, undone] = [
    await memberWithAnHour(),
    await memberWithAnHour(),
    await memberWithAnHour(),
    await memberWithAnHour(),
  ];
  clock.passes({ minutes: 10 });
  const then = clock.now();
  await shop.owner.removes(putOut.member, shop.chat);
  await shop.owner.presses(mainBot, `user:${banned.endUserId}:ban`);
  await forgotten.member.presses(shop.shop, 'forget:yes');
  await shop.owner.presses(shop.shop, `revert:${undone.paymentId}:yes`);
  await platform.quiet();
  clock.passes({ hours: 5 });
  for (const { subscriptionId } of [putOut, banned, forgotten, undone]) {
    await deadlines.endSubscription(subscriptionId);
    expect(await endOf(subscriptionId)).toEqual(then);
  }
});

test('whoever leaves by themselves keeps it until its time is up', async () => {
  const { member, subscriptionId, end } = await memberWithAnHour();
  await member.leaves(shop.chat);
  await platform.quiet();
  expect(await endOf(subscriptionId)).toBeNull();
  platform.clock.passes({ hours: 2 });
  await deadlines.endSubscription(subscriptionId);
  expect(await endOf(subscriptionId)).toEqual(end);
});

test('a removal that was a mistake has ended nothing once it is put right', async () => {
  const another = await openShop(platform);
  const { member, subscriptionId } = await memberWithAnHour(another);
  await another.owner.removes(member, another.chat);
  await expect.poll(() => endOf(subscriptionId)).not.toBeNull();
  await another.owner.presses(platform.mainBot, `restore:${subscriptionId}`);
  await expect.poll(() => endOf(subscriptionId)).toBeNull();
});

test('with an owner who is forgotten everything ends that their bots gave', async () => {
  const theirs = await openShop(platform);
  const { subscriptionId } = await newMember(platform, theirs);
  await theirs.owner.presses(platform.mainBot, 'forget:yes');
  await expect.poll(() => endOf(subscriptionId)).toEqual(platform.clock.now());
});
