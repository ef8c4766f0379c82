import { type Ground, source } from '../support/ground.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { type Measured, measured, ratios } from '../support/statistics.ts';

const BOTS = 1_000;
const ENDS = 10_000;

/** What `programs/ends.ts` found. */
export interface EndsFound {
  emptyTick: Measured;
  emptyTickAfterwards: Measured;
  scanDatabase: Measured;
  scan: Measured;
  /** Ends a second, one entry a round. */
  queue: number[];
  loop: number[];
}

/** (e) Ten thousand ends over a thousand bots, among a million subscriptions. */
export async function ends(ground: Ground, { subscriptions }: { subscriptions: number }): Promise<Row[]> {
  const database = await ground.newDatabase();
  await openShops(ground, database, { bots: BOTS, peopleEach: subscriptions / BOTS });
  await database.client.query(`
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, delivered_at, expires_at, status, notified_3day, notified_1day)
    SELECT e.id, c.id, now(), now(), now() + CASE WHEN e.id % 2 = 0 THEN interval '20 days' ELSE interval '-100 days' END,
           CASE WHEN e.id % 2 = 0 THEN 'active' ELSE 'expired' END, true, true
      FROM end_users e JOIN channels c ON c.user_bot_id = e.user_bot_id`);
  await database.client.query('VACUUM ANALYZE');
  const found = (await ground.run(source('programs/ends.ts'), {
    ...database.environment,
    ROLE: 'web',
    ENDS: String(ENDS),
  })) as EndsFound;
  const among = `among ${subscriptions} subscriptions`;
  return [
    {
      part: 'e',
      what: 'empty tick, time of the database',
      value: found.emptyTick,
      unit: 'ms',
      target: { below: 1 },
      note: among,
    },
    {
      part: 'e',
      what: 'empty tick just after the ends',
      value: found.emptyTickAfterwards,
      unit: 'ms',
      note: 'before any vacuum',
    },
    { part: 'e', what: `scan of ${ENDS} ends, time of the database`, value: found.scanDatabase, unit: 'ms' },
    { part: 'e', what: `scan of ${ENDS} ends, until they are here`, value: found.scan, unit: 'ms' },
    { part: 'e', what: 'ends by the queue', value: measured(found.queue), unit: 'a second' },
    { part: 'e', what: 'ends by a plain loop', value: measured(found.loop), unit: 'a second' },
    {
      part: 'e',
      what: 'time by the queue to a plain loop',
      value: ratios(found.loop, found.queue),
      unit: 'ratio',
      target: { below: 1.2 },
    },
  ];
}
