import { setTimeout as sleep } from 'node:timers/promises';
import { webhookSecret } from '../../src/infra/crypto/webhook-secret.ts';
import { zoneWithHour } from '../../test/support/growth/zone-with-hour.ts';
import type { Database, Ground } from '../support/ground.ts';
import { type Load, loadSteadily } from '../support/load.ts';
import { type Server, untilQuiet } from '../support/program.ts';
import type { Row } from '../support/report.ts';
import { openShops, type Shops } from '../support/shops.ts';
import { measured, percentiles, ratios } from '../support/statistics.ts';

/** As many bots as it takes to send at the platform's whole pace; each has a broadcast to all of its people. */
const SENDING = 5;
const PEOPLE_EACH = 10_000;
/** The peak that is planned with: 3,000 updates a minute. */
const PER_SECOND = 50;
const WARM_UP_SECONDS = 5;
/** Of each round. */
const NOTICES = 3;
const NOTICE_LIMIT_MS = 2_000;
/** A paused one has its last copies under way, a resumed one is found by the sweep. */
const TURN_MS = 3_000;

type State = 'paused' | 'sending';

/** (k) How fast a bot answers while it and four others send to thousands, and when another bot's single notice comes. */
export async function broadcast(
  ground: Ground,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const database = await ground.newDatabase();
  const shops = await openShops(ground, database, { bots: SENDING + 1, peopleEach: PEOPLE_EACH });
  const sending = shops.botIds.slice(0, SENDING);
  const other = shops.botIds[SENDING] ?? 0n;
  await writeBroadcasts(database, sending);
  const receipts = await newReceipts(database, other, rounds * NOTICES * 2);
  const getolog = await ground.startGetolog(database, {
    // Nothing is sent at night.
    TIME_ZONE: zoneWithHour(12),
    SWEEP_EVERY_SECONDS: '1',
  });
  await untilQuiet(getolog);
  const load = { port: getolog.port, next: startsAt(shops, sending) };
  await loadSteadily(load, { perSecond: PER_SECOND, seconds: WARM_UP_SECONDS });

  const found: Record<State, { p95s: number[]; notices: number[] }> = {
    paused: { p95s: [], notices: [] },
    sending: { p95s: [], notices: [] },
  };
  const paces: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const state of ['paused', 'sending'] as const) {
      await turn(database, state);
      const before = await countCopies(ground, sending);
      const startedAt = performance.now();
      found[state].p95s.push(await p95Of(load, seconds));
      for (let notice = 0; notice < NOTICES; notice += 1)
        found[state].notices.push(await noticeMs(ground, getolog, other, receipts.pop()));
      const copies = (await countCopies(ground, sending)) - before;
      if (state === 'sending') paces.push((copies * 1_000) / (performance.now() - startedAt));
    }
  }
  await getolog.stop();

  const row = (what: string) => ({ part: 'k', what });
  const p95 = `p95 of a /start at ${PER_SECOND}/s`;
  return [
    { ...row('copies that go out'), value: measured(paces), unit: 'a second' },
    { ...row(`${p95}, alone`), value: measured(found.paused.p95s), unit: 'ms' },
    { ...row(`${p95}, of bots that send`), value: measured(found.sending.p95s), unit: 'ms' },
    {
      ...row('of bots that send to alone'),
      value: ratios(found.sending.p95s, found.paused.p95s),
      unit: 'ratio',
      target: { atMost: 2 },
    },
    { ...row('another bot’s notice, alone'), value: measured(found.paused.notices), unit: 'ms' },
    {
      ...row('another bot’s notice, while five send'),
      value: measured(found.sending.notices),
      unit: 'ms',
      target: { atMost: NOTICE_LIMIT_MS },
    },
  ];
}

/** Everybody of these bots is to get something, and nobody gets it yet. */
async function writeBroadcasts({ client }: Database, botIds: readonly bigint[]): Promise<void> {
  await client.query(
    `WITH written AS (
       INSERT INTO broadcasts (user_bot_id, created_by, from_chat_id, message_id, segment, status, created_at, starts_at, started_at, total)
       SELECT id, 1, 1, 1, '{}', 'paused', now(), now(), now(), $2 FROM user_bots WHERE telegram_bot_id = ANY($1)
       RETURNING id, user_bot_id)
     INSERT INTO broadcast_recipients (broadcast_id, end_user_id, state, at)
     SELECT w.id, e.id, 'waiting', now() FROM written w JOIN end_users e ON e.user_bot_id = w.user_bot_id`,
    [botIds, PEOPLE_EACH],
  );
  await client.query('VACUUM ANALYZE broadcast_recipients');
}

async function turn({ client }: Database, state: State): Promise<void> {
  await client.query('UPDATE broadcasts SET status = $1', [state]);
  await sleep(TURN_MS);
}

async function countCopies(ground: Ground, botIds: readonly bigint[]): Promise<number> {
  const counts = await Promise.all(botIds.map((botId) => ground.calls(botId, 'copyMessage')));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** A `/start` at one of these bots. */
function startsAt(shops: Shops, botIds: readonly bigint[]): Load['next'] {
  const heads = botIds.map((botId) => `POST /webhook/${botId} `);
  return () => {
    let request = shops.start();
    while (!heads.some((head) => request.startsWith(head))) request = shops.start();
    return request;
  };
}

async function p95Of(load: Load, seconds: number): Promise<number> {
  const { times, failed } = await loadSteadily(load, { perSecond: PER_SECOND, seconds });
  if (failed > 0) throw new Error(`${failed} updates were not answered with 200`);
  return percentiles(times).p95;
}

/** Receipts that wait for a bot's owner, each of somebody else. @returns `payments.id` */
async function newReceipts({ client }: Database, botId: bigint, count: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status,
                           screenshot_file_id, screenshot_unique_id, receipt_kind, receipt_at, created_at)
     SELECT e.id, e.user_bot_id, p.channel_id, p.id, 1, 50000, 'card', 'pending', 'file' || e.id, 'unique' || e.id, 'photo', now(), now()
       FROM end_users e JOIN user_bots b ON b.id = e.user_bot_id JOIN channels c ON c.user_bot_id = b.id
       JOIN plans p ON p.channel_id = c.id AND p.duration_months = 1
      WHERE b.telegram_bot_id = $1 ORDER BY e.id LIMIT $2 RETURNING id`,
    [botId, count],
  );
  return rows.map(({ id }) => id);
}

let updateId = 900_000_000;

/** Its owner rejects a receipt. @returns milliseconds from the press until the bot writes to the buyer */
async function noticeMs(ground: Ground, { port }: Server, botId: bigint, paymentId = 0): Promise<number> {
  updateId += 1;
  const owner = { id: 1_000_000 + SENDING + 1, is_bot: false, first_name: 'Aziz' };
  const message = {
    message_id: 1,
    date: 1_795_000_000,
    chat: { ...owner, type: 'private' },
    text: 'Receipt',
  };
  const press = { id: String(updateId), from: owner, message, chat_instance: '1' };
  const told = fetch(`${ground.apiRoot}/next/${botId}/sendMessage`);
  const startedAt = performance.now();
  await fetch(`http://127.0.0.1:${port}/webhook/${botId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': webhookSecret(ground.encryptionKey, botId),
    },
    body: JSON.stringify({
      update_id: updateId,
      callback_query: { ...press, data: `reject:${paymentId}:amount` },
    }),
  });
  await told;
  return performance.now() - startedAt;
}
