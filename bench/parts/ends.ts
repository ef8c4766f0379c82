import { type Ground, source } from '../support/ground.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { type Measured, measured, ratios } from '../support/statistics.ts';

const BOTS = 1_000;
const ENDS = 10_000;
const CHATS_OF_A_BUNDLE = 2;
const GRACE_DAYS = 3;
const SCAN_MS = 200;
const EMPTY_TICK_MS = 1;

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

/**
 * Beside each bot's channel a group, and a plan that opens both: half of its people have it now, and how they paid for it; the
 * others had it once. Every second bot keeps places after the end.
 */
const SOLD_AS_BUNDLES = `
INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, can_invite, can_restrict, connected_at)
  SELECT id, -2000000000000 - id, 'group', 'Group', true, true, now() FROM user_bots;
INSERT INTO plans (channel_id, duration_days, price, is_custom)
  SELECT id, 30, 50000, true FROM channels WHERE type = 'channel';
INSERT INTO plan_chats (plan_id, channel_id)
  SELECT p.id, g.id FROM plans p JOIN channels c ON c.id = p.channel_id
    JOIN channels g ON g.user_bot_id = c.user_bot_id AND g.type = 'group' WHERE p.duration_days = 30;
INSERT INTO bot_settings (user_bot_id, grace_days) SELECT id, CASE WHEN id % 2 = 0 THEN ${GRACE_DAYS} ELSE 0 END FROM user_bots;
INSERT INTO subscriptions (end_user_id, channel_id, started_at, delivered_at, joined_at, expires_at, ended_at, status, notified_3day, notified_1day)
  SELECT e.id, c.id, b - interval '30 days', b - interval '30 days', b - interval '30 days', b, CASE WHEN b < now() THEN b END,
         CASE WHEN b < now() THEN 'expired' ELSE 'active' END, true, true
    FROM end_users e JOIN channels c ON c.user_bot_id = e.user_bot_id
   CROSS JOIN LATERAL (SELECT now() + CASE WHEN e.id / ${BOTS} % 2 = 0 THEN interval '20 days' ELSE interval '-100 days' END AS b) at;
INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_days, amount, payment_method, status, created_at,
                      receipt_at, approved_at, decided_at, subscription_id, extended_from, extended_to)
  SELECT s.end_user_id, c.user_bot_id, c.id, p.id, 30, 50000, 'card', 'approved', s.started_at, s.started_at, s.started_at,
         s.started_at, s.id, s.started_at, s.expires_at
    FROM subscriptions s JOIN channels c ON c.id = s.channel_id AND c.type = 'channel'
    JOIN plans p ON p.channel_id = c.id AND p.duration_days = 30
   WHERE s.status = 'active';
INSERT INTO payment_chats (payment_id, channel_id, end_user_id, is_open)
  SELECT p.id, g.id, p.end_user_id, false
    FROM payments p JOIN channels g ON g.user_bot_id = p.user_bot_id AND g.type = 'group';
INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, days, added_from, added_to, created_at)
  SELECT p.user_bot_id, p.end_user_id, s.id, s.channel_id, 'payment', p.id, 30, p.extended_from, p.extended_to, p.approved_at
    FROM payments p JOIN subscriptions s ON s.end_user_id = p.end_user_id`;

/** (e) Ten thousand ends over a thousand bots, among a million subscriptions: of bundles, with places that are kept. */
export async function ends(ground: Ground, { subscriptions }: { subscriptions: number }): Promise<Row[]> {
  const database = await ground.newDatabase();
  await openShops(ground, database, { bots: BOTS, peopleEach: subscriptions / BOTS / CHATS_OF_A_BUNDLE });
  await database.client.query(SOLD_AS_BUNDLES);
  await database.client.query('VACUUM ANALYZE');
  const found = (await ground.run(source('programs/ends.ts'), {
    ...database.environment,
    ROLE: 'web',
    ENDS: String(ENDS),
  })) as EndsFound;
  const among = `among ${subscriptions} subscriptions`;
  const scan = {
    unit: 'ms',
    target: { atMost: SCAN_MS },
    note: `of bundles, half with a grace; ${among}`,
  } as const;
  return [
    {
      part: 'e',
      what: 'empty tick, time of the database',
      value: found.emptyTick,
      unit: 'ms',
      target: { atMost: EMPTY_TICK_MS },
      note: among,
    },
    {
      part: 'e',
      what: 'empty tick just after the ends',
      value: found.emptyTickAfterwards,
      unit: 'ms',
      note: 'before any vacuum',
    },
    { part: 'e', what: `scan of ${ENDS} ends, time of the database`, value: found.scanDatabase, ...scan },
    { part: 'e', what: `scan of ${ENDS} ends, until they are here`, value: found.scan, ...scan },
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
