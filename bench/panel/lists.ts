import { DAY_MS } from '../../src/shared/durations.ts';
import type { Database } from '../support/ground.ts';
import type { Server } from '../support/program.ts';
import { once, type Row } from '../support/report.ts';
import { measured, percentiles } from '../support/statistics.ts';
import { type Asker, ask, timeOf } from './ask.ts';
import { RARE_NAME, type SalesMade } from './past-sales.ts';
import { ownerOf, signIn } from './sign-in.ts';

const STATES = ['all', 'live', 'ended', 'never', 'grace', 'banned', 'closed'];
const PAYMENT_STATES = ['pending', 'approved', 'rejected', 'reversed'];
/** Of a round, each address. */
const ASKED = 10;
const LIST_MS = 60;
const SEARCH_MS = 1_500;
/** The statement's own limit is three; the rest is the way there and back. */
const LIMIT_SECONDS = 3.5;

/** Addresses below a bot that are one thing to whoever asks. */
interface Group {
  what: string;
  paths: string[];
  atMost: number;
}

/** How long lists take, in the largest shop of the database, in a middling one, and in one of a thousand small ones. */
export async function lists(
  database: Database,
  server: Server,
  { botIds, made, rounds }: { botIds: readonly bigint[]; made: SalesMade; rounds: number },
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [shop, name] of [
    [1, 'the largest shop'],
    [2, 'a shop of ten thousand'],
    [500, 'a small shop'],
  ] as const) {
    const [asker] = await signIn(database.client, [ownerOf(shop)]);
    if (!asker) throw new Error('Nobody is signed in');
    const bot = `/bots/${botIds[shop - 1]}`;
    const groups = await groupsOf(database, shop);
    // Only a large one is worth a line for each.
    const shown =
      shop === 1
        ? groups
        : [{ what: 'all lists', paths: groups.flatMap(({ paths }) => paths), atMost: LIST_MS }];
    for (const { what, paths, atMost } of shown) {
      rows.push({
        part: 'p',
        what: `p95 of ${what}, ${name}`,
        ...(await timesOf(server, asker, { bot, paths, rounds })),
        unit: 'ms',
        target: { atMost },
      });
    }
  }
  const note = `${made.subscriptions} subscriptions, ${made.payments} payments`;
  return [
    ...rows.map((row) => ({ ...row, note: `${note}; ${row.note}` })),
    await limit(database, server, botIds[0]),
  ];
}

async function groupsOf({ client }: Database, shop: number): Promise<Group[]> {
  const { rows } = await client.query<{ chat: number; plan: number; promo: number; source: number }>(
    `SELECT c.id AS chat, (SELECT min(id) FROM plans WHERE channel_id = c.id) AS plan, (SELECT min(id) FROM promo_codes) AS promo,
            coalesce((SELECT min(id) FROM sources WHERE user_bot_id = $1), 1) AS source
       FROM channels c WHERE user_bot_id = $1`,
    [shop],
  );
  const [{ chat, plan, promo, source } = { chat: 0, plan: 0, promo: 0, source: 1 }] = rows;
  const day = (daysBefore: number) => new Date(Date.now() - daysBefore * DAY_MS);
  const soon = day(-3).toISOString();
  const lately = `from=${day(1).toISOString().slice(0, 10)}`;
  const word = encodeURIComponent(RARE_NAME.split(' ')[1] ?? '');
  const of = (what: string, paths: string[], atMost = LIST_MS): Group => ({ what, paths, atMost });
  return [
    of('receipts', ['/receipts', '/receipts?state=decided', `/receipts?chat=${chat}`]),
    of(
      'people by state',
      STATES.map((state) => `/users?state=${state}`),
    ),
    of('people by who ends soonest', [
      ...STATES.map((state) => `/users?sort=ending&state=${state}`),
      `/users?sort=ending&endsBefore=${soon}`,
    ]),
    of('people by another filter', [
      `/users?source=${source}`,
      `/users?chat=${chat}`,
      `/users?plan=${plan}`,
      '/users?language=ru',
    ]),
    of('payments', [
      '/payments',
      ...PAYMENT_STATES.map((state) => `/payments?state=${state}`),
      ...['payme', 'stars'].map((method) => `/payments?method=${method}`),
      ...[`chat=${chat}`, `plan=${plan}`, `source=${source}`, `promo=${promo}`, lately].map(
        (filter) => `/payments?${filter}`,
      ),
    ]),
    of(
      'sums of payments',
      ['', 'state=rejected', 'method=payme', `promo=${promo}`, lately].map(
        (filter) => `/payments/totals?${filter}`,
      ),
    ),
    of(
      'a search by a rare word',
      ['/users', '/payments', '/receipts'].map((list) => `${list}?q=${word}`),
      SEARCH_MS,
    ),
  ];
}

/** The p95 of all of them, of each round; in the note which of them is the slowest. */
async function timesOf(
  server: Server,
  asker: Asker,
  { bot, paths, rounds }: { bot: string; paths: readonly string[]; rounds: number },
): Promise<Pick<Row, 'value'> & { note: string }> {
  const medians = new Map<string, number>();
  // Not as part of it: what nobody looked at for long comes from the disk.
  for (const path of paths) await timeOf(server, asker, bot + path);
  const p95s: number[] = [];
  const cpuBefore = server.cpuMs();
  for (let round = 0; round < rounds; round += 1) {
    const all: number[] = [];
    for (const path of paths) {
      const times: number[] = [];
      for (let number = 0; number < ASKED; number += 1) times.push(await timeOf(server, asker, bot + path));
      medians.set(path, Math.max(percentiles(times).p50, medians.get(path) ?? 0));
      all.push(...times);
    }
    p95s.push(percentiles(all).p95);
  }
  const [path = '', ms = 0] = [...medians].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const cpuMs = (server.cpuMs() - cpuBefore) / (rounds * paths.length * ASKED);
  const slowest = `${decodeURIComponent(path)} is the slowest: p50 ${ms.toFixed(0)} ms`;
  return { value: measured(p95s), note: `${cpuMs.toFixed(1)} ms on the core each; ${slowest}` };
}

/** Somebody holds the table: whoever asks is told that they ask too much, and waits no longer than the limit. */
async function limit({ client }: Database, server: Server, botId: bigint | undefined): Promise<Row> {
  const [asker = {}] = await signIn(client, [ownerOf(1)]);
  await client.query('BEGIN');
  await client.query('LOCK TABLE end_users IN ACCESS EXCLUSIVE MODE');
  const { ms, text } = await ask(server, asker, `/bots/${botId}/users`);
  await client.query('ROLLBACK');
  if (!text.includes('"tooBroad"')) throw new Error(`Not told that it is too broad: ${text.slice(0, 200)}`);
  return {
    part: 'p',
    what: 'a statement that does not end, until `tooBroad`',
    value: once(ms / 1000),
    unit: 's',
    target: { atMost: LIMIT_SECONDS },
  };
}
