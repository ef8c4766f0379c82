import { expect, test } from 'vitest';
import { soak } from '../../../bench/soak/soak.ts';
import { createTestDatabase, createTestRedis } from '../../support/database/database.ts';
import { programFile } from '../../support/servers/programs.ts';

/** Half a minute each time, ten in `npm run chaos`. */
const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 0.4);

test('load for a while, with bots that come, go and lose their token: every sale is delivered', async () => {
  const [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  const result = await soak({
    databaseUrl: database.url,
    redisUrl: redis.url,
    server: [programFile('server')],
    minutes: MINUTES,
    // Far from the most that it can take: other test files run beside it.
    perSecond: 15,
  });
  await database.drop();

  expect(result.apiFaults).toEqual([]);
  expect(result.errors).toEqual([]);
  expect(result.refused).toBe(0);
  expect(result.answered).toBe(15 * 60 * MINUTES);
  expect(result.sold).toBeGreaterThan(0);
  expect(result.delivered).toBe(result.sold);
  expect(result.undelivered).toBe(0);
  expect(result.removed).toBeGreaterThan(0);
  expect(result.revoked).toBeGreaterThan(0);
  const [first, last] = [result.heap[4], result.heap.at(-1)];
  expect((last?.megabytes ?? 0) - (first?.megabytes ?? 0)).toBeLessThan(40);
}, 900_000);
