import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fault } from '../../../sandbox/sandbox.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { Random } from '../../support/random.ts';
import { newMember, openShop } from '../../support/shop.ts';

const SEEDS = Number(process.env['SEEDS'] ?? 2);
const FIRST_SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const MEMBERS = 12;

const FAULTS: readonly Fault[] = [
  { kind: 'tooManyRequests', retryAfter: 1 },
  { kind: 'serverError', status: 500 },
  { kind: 'dropBefore' },
  { kind: 'dropAfter' },
];

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ outages: true, environment: { LOG_LEVEL: 'warn' } });
  // Three processes on the same database.
  await platform.startAnother({ ROLE: 'worker' });
  await platform.startAnother({ ROLE: 'worker' });
});
afterAll(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

/** As a Redis without persistence is after a crash. */
async function emptyRedis(): Promise<void> {
  const redis = new Redis(platform.redisUrl);
  await redis.flushdb();
  redis.disconnect();
}

async function inTurn<T>(times: number, make: (number: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let number = 0; number < times; number += 1) made.push(await make(number));
  return made;
}

test.each(Array.from({ length: SEEDS }, (_, number) => FIRST_SEED + number))(
  'whatever happens, every end is enforced once and nobody is warned twice (seed %i)',
  async (seed) => {
    const { telegram, database, clock, app } = platform;
    const random = new Random(seed);
    const shop = await openShop(platform);
    const members = await inTurn(MEMBERS, async (number) => {
      const bought = await newMember(platform, shop, { firstName: `Member${number}` });
      const hours = 1 + random.int(71);
      const expiresAt = new Date(clock.now().getTime() + hours * HOUR_MS);
      await database.subscription.update({ where: { id: bought.subscriptionId }, data: { expiresAt } });
      return bought;
    });

    const calm = telegram.failAll(
      ({ method }) =>
        ['sendMessage', 'getChatMember', 'unbanChatMember'].includes(method) && random.fraction() < 0.3,
      FAULTS[random.int(FAULTS.length)] ?? { kind: 'dropBefore' },
    );
    for (let passed = 0; passed < 73; passed += 12) {
      await Promise.allSettled([app.jobs.warn(), app.jobs.expire(), app.jobs.sweep()]);
      if (random.fraction() < 0.3) {
        await platform.postgres?.cut();
        await platform.postgres?.restore();
      }
      if (random.fraction() < 0.3) {
        await platform.redis?.cut();
        await platform.redis?.restore();
      }
      if (random.fraction() < 0.3) await emptyRedis();
      clock.passes({ hours: 12 });
    }
    calm();

    // Whatever was lost on the way is found by the next rounds.
    await expect
      .poll(
        async () => {
          await Promise.allSettled([app.jobs.expire(), app.jobs.sweep()]);
          return database.subscription.count({
            where: { id: { in: members.map((one) => one.subscriptionId) }, kickedAt: null },
          });
        },
        { timeout: 100_000, interval: 1_000 },
      )
      .toBe(0);

    for (const { member, subscriptionId } of members) {
      expect(shop.chat.has(member)).toBe(false);
      expect(shop.chat.isBanned(member)).toBe(false);
      const row = await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } });
      expect(row.status).toBe('expired');
      const warnings = member.chatWith(shop.shop).messages.filter(({ text }) => text.includes('⏳'));
      expect(new Set(warnings.map(({ text }) => text)).size).toBe(warnings.length);
      expect(warnings.length).toBeLessThanOrEqual(2);
    }
  },
  180_000,
);
