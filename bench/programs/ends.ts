import pg from 'pg';
import type * as redisModule from '../../src/infra/redis/redis.ts';
import type * as instrumentModule from '../../src/instrument.ts';
import type * as queuesModule from '../../src/jobs/queues.ts';
import type * as workerModule from '../../src/jobs/worker.ts';
import type { DueItem } from '../../src/kernel/due-item.ts';
import { statementsOf } from '../../test/support/database/statements.ts';
import type { EndsFound } from '../parts/ends.ts';
import { createBuiltApp } from '../support/app.ts';
import { databaseMs } from '../support/database-ms.ts';
import { built } from '../support/dist.ts';
import { type Measured, measured } from '../support/statistics.ts';

const { SILENT } = await built<typeof instrumentModule>('instrument.js');
const { createRedis, untilRedisReady } = await built<typeof redisModule>('infra/redis/redis.js');
const { createQueues } = await built<typeof queuesModule>('jobs/queues.js');
const { startJobWorkers } = await built<typeof workerModule>('jobs/worker.js');

const ENDS = Number(process.env['ENDS']);
const ROUNDS = 5;
/** As many as the worker of Getolog has in hand. */
const AT_ONCE = 4;
const LOOKS = 21;

const { app, logger, report, databaseUrl, redisUrl } = await createBuiltApp();
const { deadlines } = app.services;
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();

const emptyTick = await databaseTime(() => app.jobs.expire());
await client.query(
  `UPDATE subscriptions SET expires_at = now() - interval '1 minute'
    WHERE id IN (SELECT id FROM subscriptions WHERE status = 'active' ORDER BY id LIMIT $1)`,
  [ENDS],
);
await client.query('VACUUM ANALYZE subscriptions');
const scanDatabase = await databaseTime(() => deadlines.listEnded(ENDS));
const scan = await repeated(async () => {
  const startedAt = performance.now();
  const due = await deadlines.listEnded(ENDS);
  if (due.length !== ENDS) throw new Error(`${due.length} of ${ENDS} were found`);
  return performance.now() - startedAt;
});
const { queue, loop } = await race(await deadlines.listEnded(ENDS));
const emptyTickAfterwards = await databaseTime(() => app.jobs.expire());

const found: EndsFound = { emptyTick, emptyTickAfterwards, scanDatabase, scan, queue, loop };
process.stdout.write(`${JSON.stringify(found)}\n`);
process.exit(0);

async function repeated(look: () => Promise<number>): Promise<Measured> {
  const times: number[] = [];
  for (let number = 0; number < LOOKS; number += 1) times.push(await look());
  return measured(times);
}

/** What Postgres needs for all statements of some work that changes nothing. */
async function databaseTime(work: () => Promise<unknown>): Promise<Measured> {
  const statements = await statementsOf(work);
  if (statements.length === 0) throw new Error('Nothing was asked of Postgres');
  return repeated(async () => {
    let sum = 0;
    for (const statement of statements) sum += await databaseMs(client, statement);
    return sum;
  });
}

/** The same work by turns: through the queue, and by so many at once in a loop. */
async function race(due: readonly DueItem[]): Promise<Pick<EndsFound, 'queue' | 'loop'>> {
  const redis = createRedis(redisUrl, { logger });
  await untilRedisReady(redis, 5_000);
  const queues = createQueues({ redis, logger });
  let left = 0;
  let finish = (): void => undefined;
  const workers = startJobWorkers({
    redis: createRedis(redisUrl, { logger, blocking: true }),
    logger,
    report,
    run: async (job, payload) => {
      // What follows from an end is delivered elsewhere; both sides make those jobs.
      if (job !== 'endSubscription') return;
      // As `enqueue` wrote it.
      await deadlines.endSubscription((payload as { id: number }).id);
      left -= 1;
      if (left === 0) finish();
    },
    observeFailure: () => undefined,
    trace: SILENT.trace,
  });

  async function byQueue(items: readonly DueItem[]): Promise<void> {
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    left = items.length;
    await queues.enqueue('endSubscription', items);
    await done;
  }

  async function byLoop(items: readonly DueItem[]): Promise<void> {
    const waiting = items.values();
    const lane = async () => {
      for (const { id } of waiting) await deadlines.endSubscription(id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  const size = Math.floor(due.length / (ROUNDS * 2));
  const speeds = { queue: [] as number[], loop: [] as number[] };
  for (let round = 0; round < ROUNDS * 2; round += 1) {
    const items = due.slice(round * size, (round + 1) * size);
    const startedAt = performance.now();
    await (round % 2 === 0 ? byQueue(items) : byLoop(items));
    speeds[round % 2 === 0 ? 'queue' : 'loop'].push((size * 1000) / (performance.now() - startedAt));
  }
  await workers.close();
  return speeds;
}
