import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  type OwnRedis,
  type Refusal,
  readOnlyPostgres,
  startOwnRedis,
} from '../../../support/servers/refusals.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

/** How long a store refuses: a minute in `npm run chaos`. */
const SECONDS_UNAVAILABLE = Number(process.env['SECONDS_UNAVAILABLE'] ?? 3);
/** Each pays in a moment of their own, from before it until after it. */
const BUYERS = 6;
const PATIENCE = { timeout: SECONDS_UNAVAILABLE * 1_000 + 60_000, interval: 100 };

let platform: Platform;
let redis: OwnRedis;
let shop: Shop;

beforeAll(async () => {
  redis = await startOwnRedis();
  // What a refusing store made a process let go of is found by the sweep, and a round of it may be refused as well: within the
  // patience of this file there are several.
  platform = await startPlatform({
    outages: true,
    environment: { REDIS_URL: redis.url, SWEEP_EVERY_SECONDS: '10' },
  });
  shop = await openShop(platform);
  await platform.moderator.starts(platform.mainBot);
  await platform.moderator.presses(platform.mainBot, 'lang:en');
  await platform.app.jobs.watch();
});
afterAll(async () => {
  expect(platform.telegram.faults).toEqual([]);
  // The clock that jumps makes what waited late.
  const isExpected = (fault: unknown) =>
    /Alert: (redisUnavailable|databaseUnavailable|manyErrors|queueLate)/.test(String(fault));
  expect(platform.faults.filter((fault) => !isExpected(fault))).toEqual([]);
  await platform.close();
  await redis.stop();
});

function refusalOf(way: string): Refusal {
  if (way !== 'Postgres') return redis.refusals[way as keyof OwnRedis['refusals']];
  const { postgres } = platform;
  return readOnlyPostgres(platform.databaseUrl, async () => {
    await postgres?.cut();
    await postgres?.restore();
  });
}

const healthStatus = async () => (await fetch(`${platform.app.origin}/health`)).status;

/** What moderators were told of stores so far. */
function told(words: RegExp): string[] {
  return platform.telegram.calls
    .filter(({ method, error, fault }) => method === 'sendMessage' && !error && !fault)
    .map(({ params }) => String(params['text']))
    .filter((text) => words.test(text));
}

async function approvesEach(payers: readonly SandboxPerson[]): Promise<void> {
  const { database } = platform;
  const mine = { endUser: { telegramUserId: { in: payers.map(({ id }) => BigInt(id)) } } };
  const approved = new Set<number>();
  await eventually(async () => {
    for (const { id } of await database.payment.findMany({ where: { ...mine, status: 'pending' } })) {
      if (approved.has(id)) continue;
      approved.add(id);
      await shop.owner.presses(shop.shop, `approve:${id}`, { wait: false });
    }
    expect(await database.payment.count({ where: { ...mine, status: 'approved' } })).toBe(payers.length);
    const delivered = { ...mine, deliveredAt: { not: null } };
    expect(await database.subscription.count({ where: delivered })).toBe(payers.length);
  }, PATIENCE);
}

test.each([
  ['READONLY', /Redis isn’t responding/, /Redis wasn’t responding/],
  ['OOM', /Redis isn’t responding/, /Redis wasn’t responding/],
  ['NOREPLICAS', /Redis isn’t responding/, /Redis wasn’t responding/],
  ['MISCONF', /Redis isn’t responding/, /Redis wasn’t responding/],
  ['Postgres', /database isn’t responding/, /database wasn’t responding/],
])(
  'while a store answers and refuses (%s) receipts are asked for again, and each is taken once afterwards',
  async (way, trouble, over) => {
    const { telegram, database, app, clock } = platform;
    const refusal = refusalOf(way);
    clock.passes({ minutes: 40 });
    const [troubles, ends] = [told(trouble).length, told(over).length];
    const buyers = await Promise.all(Array.from({ length: BUYERS }, () => newBuyer(platform, shop)));
    for (const buyer of buyers) await buyer.presses(shop.shop, `plan:${shop.planId}`);
    const pauseMs = (SECONDS_UNAVAILABLE * 1_500) / BUYERS;
    const load = Promise.all([
      approvesEach(buyers),
      ...buyers.map(async (buyer, place) => {
        await sleep(place * pauseMs);
        await buyer.sendsPhoto(shop.shop, { wait: false });
      }),
    ]);
    await sleep(pauseMs * 1.5);
    await refusal.begins();
    const refusedFrom = Date.now();
    await eventually(async () => expect(await healthStatus()).toBe(503));
    await telegram.until(() => shop.shop.inbox.webhook?.lastError?.message.includes('503') ?? false, {
      what: 'a webhook to answer 503',
    });
    await app.jobs.watch();
    clock.passes({ minutes: 6 });
    await app.jobs.watch();
    await app.jobs.watch();
    expect(told(trouble)).toHaveLength(troubles + 1);
    await sleep(Math.max(0, refusedFrom + SECONDS_UNAVAILABLE * 1_000 - Date.now()));
    await refusal.ends();
    await load;

    await eventually(async () => expect(await healthStatus()).toBe(200));
    await eventually(async () => {
      await app.jobs.watch();
      expect(told(over)).toHaveLength(ends + 1);
    });
    await app.jobs.watch();
    expect(told(trouble)).toHaveLength(troubles + 1);
    expect(told(over)).toHaveLength(ends + 1);
    await telegram.quiet();
    const mine = { endUser: { telegramUserId: { in: buyers.map(({ id }) => BigInt(id)) } } };
    const paid = await database.payment.groupBy({
      by: ['status'],
      where: { ...mine, receiptUniqueId: { not: null } },
      _count: true,
    });
    expect(paid).toEqual([{ status: 'approved', _count: BUYERS }]);
    expect(await database.subscription.count({ where: mine })).toBe(BUYERS);
  },
  SECONDS_UNAVAILABLE * 3_000 + 120_000,
);
