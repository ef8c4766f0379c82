import { afterAll, beforeAll, expect, test } from 'vitest';
import { endUserActor } from '../../support/actors.ts';
import { isGranted } from '../../support/granted.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { type BundleShop, nextNumber, openBundleShop } from './bundle-shop.ts';

/** A thousand in `npm run chaos`. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 10);
/** Rounds that run beside each other: they share the database, as people do. */
const AT_ONCE = 5;
/** As many as one bot gives in a day. */
const A_DAY = 200;

let platform: Platform;
let shop: BundleShop;
let planId: number;

beforeAll(async () => {
  platform = await startPlatform({ environment: { ROLE: 'web', LOG_LEVEL: 'warn' } });
  shop = await openBundleShop(platform);
  const channelId = shop.chats[0]?.id ?? 0;
  const trial = { durationDays: 7, price: '0', isTrial: true, isCustom: true };
  planId = (await platform.database.plan.create({ data: { channelId, ...trial } })).id;
});
afterAll(() => platform.close());

type Visitor = Awaited<ReturnType<typeof opens>>;

const opens = (telegramUserId: bigint) =>
  platform.app.services.endUsers.visit(
    shop.scope,
    { telegramUserId, username: null, fullName: 'Racer', languageCode: 'en' },
    null,
  );
const tries = (visitor: Visitor) =>
  platform.app.services.checkout.choosePlan(shop.scope, endUserActor(visitor), { planId, method: null });
const leaves = (visitor: Visitor) =>
  platform.app.services.privacy.forgetEndUser(shop.scope, endUserActor(visitor));

/** All at once. A polite refusal is an outcome like any other. @returns how many were not refused */
async function race(...runners: (() => Promise<unknown>)[]): Promise<number> {
  const outcomes = await Promise.all(runners.map(isGranted));
  return outcomes.filter(Boolean).length;
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

test('one person has one trial, however often they press, are forgotten and come again', async () => {
  const { database, clock } = platform;
  async function round(): Promise<void> {
    const telegramUserId = BigInt(nextNumber());
    const first = await opens(telegramUserId);
    expect(await race(...times(20, () => tries(first)))).toBe(1);
    await race(() => leaves(first), ...times(5, () => tries(first)));
    const second = await opens(telegramUserId);
    expect(await race(...times(5, () => tries(second)))).toBe(0);
    const endUserId = { in: [first.id, second.id] };
    expect(await database.timeEntry.count({ where: { endUserId } })).toBe(1);
    expect(await database.subscription.count({ where: { endUserId } })).toBe(1);
  }
  for (let done = 0; done < ROUNDS; done += AT_ONCE) {
    await Promise.all(times(AT_ONCE, undefined).map(round));
    // A bot gives no more than so many in a day.
    if (done % A_DAY === A_DAY - AT_ONCE) clock.passes({ days: 1 });
  }
  expect(await database.trialUse.count()).toBe(Math.ceil(ROUNDS / AT_ONCE) * AT_ONCE);
});

test('the last of a day is given to one of those who come at once', async () => {
  const { database, clock } = platform;
  clock.passes({ days: 1 });
  const { endUserId, channelId, subscriptionId, botId } = await database.timeEntry.findFirstOrThrow();
  const now = clock.now();
  const at = { source: 'trial', addedFrom: now, addedTo: now, createdAt: now };
  await database.timeEntry.createMany({
    data: times(A_DAY - 1, undefined).map((_, index) => ({
      ...at,
      endUserId,
      channelId,
      subscriptionId,
      botId,
      sourceId: -1 - index,
    })),
  });
  const visitors = await Promise.all(times(10, undefined).map(() => opens(BigInt(nextNumber()))));
  expect(await race(...visitors.map((visitor) => () => tries(visitor)))).toBe(1);
  const told = await database.outboxMessage.count({ where: { key: { startsWith: 'trials-used-up:' } } });
  expect(told).toBe(1);
});
