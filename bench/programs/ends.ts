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
/** Whose time is up as well, while a receipt holds their place: each scan looks at them and leaves them. */
const HELD = ENDS / 10;
const ROUNDS = 5;
/** As many as the worker of Getolog has in hand. */
const AT_ONCE = 4;
const LOOKS = 21;

const { app, logger, report, databaseUrl, redisUrl } = await createBuiltApp();
const { deadlines } = app.services;
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();

const emptyTick = await databaseTime(() => app.jobs.expire());
await fallDue();
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

/**
 * As many people's bundles run out as make so many ends, a bot's like another's; where places are kept, every second grace is
 * over and the others begin.
 */
async function fallDue(): Promise<void> {
  await client.query(
    `CREATE TEMP TABLE due AS
       SELECT e.id, e.user_bot_id, g.grace_days, row_number() OVER (PARTITION BY g.grace_days > 0 ORDER BY e.id) AS place
         FROM end_users e JOIN bot_settings g ON g.user_bot_id = e.user_bot_id
        WHERE EXISTS (SELECT FROM subscriptions s WHERE s.end_user_id = e.id AND s.status = 'active')`,
  );
  await client.query(
    `UPDATE subscriptions s
        SET expires_at = now() - interval '1 minute' - CASE WHEN over THEN make_interval(days => grace_days) ELSE '0' END,
            grace_until = CASE WHEN over THEN now() - interval '1 minute' END
       FROM (SELECT *, grace_days > 0 AND place % 2 = 0 AS over FROM due) d
      WHERE s.end_user_id = d.id AND d.place <= $1`,
    [ENDS / 4],
  );
  await client.query(
    `WITH held AS (SELECT id, user_bot_id FROM due WHERE grace_days = 0 AND place > $1 AND place <= $1 + $2),
          ended AS (UPDATE subscriptions SET expires_at = now() - interval '1 hour' WHERE end_user_id IN (SELECT id FROM held)),
          waiting AS (
       INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_days, amount, payment_method, status,
                             screenshot_file_id, screenshot_unique_id, receipt_kind, receipt_at, created_at)
         SELECT h.id, h.user_bot_id, p.channel_id, p.id, 30, 50000, 'card', 'pending', 'file' || h.id, 'unique' || h.id, 'photo',
                now() - interval '2 hours', now() - interval '2 hours'
           FROM held h JOIN channels c ON c.user_bot_id = h.user_bot_id
           JOIN plans p ON p.channel_id = c.id AND p.duration_days = 30
         RETURNING id, end_user_id, user_bot_id)
     INSERT INTO payment_chats (payment_id, channel_id, end_user_id, is_open)
       SELECT w.id, c.id, w.end_user_id, true FROM waiting w JOIN channels c ON c.user_bot_id = w.user_bot_id AND c.type = 'group'`,
    [ENDS / 4, HELD / 2],
  );
}

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
