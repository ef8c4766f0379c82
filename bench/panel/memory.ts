import { setTimeout as sleep } from 'node:timers/promises';
import { openEvents } from '../../test/support/panel/event-stream.ts';
import { AS_SERVED, type Database, type Ground } from '../support/ground.ts';
import { type Server, untilQuiet } from '../support/program.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { measured } from '../support/statistics.ts';
import { ownerOf, signIn } from './sign-in.ts';

const SHOPS = 200;
const STREAMS = 200;
/** As many as a process gives out at once. */
const RECEIPTS = 4;
const LOOK_EVERY_MS = 20;
const MEGABYTE = 2 ** 20;

const RECEIPT_EACH = `
INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status,
                      screenshot_file_id, screenshot_unique_id, receipt_kind, receipt_at, created_at)
SELECT (SELECT min(id) FROM end_users WHERE user_bot_id = c.user_bot_id), c.user_bot_id, c.id, p.id, 1, p.price, 'card', 'pending',
       'file' || c.id, 'unique' || c.id, 'photo', now(), now()
  FROM channels c JOIN plans p ON p.channel_id = c.id AND p.duration_months = 1`;

/** What the process holds more than one without the panel: while nobody has it open, and while many do. */
export async function memory(ground: Ground, { rounds }: { rounds: number }): Promise<Row[]> {
  const database = await ground.newDatabase();
  const { botIds } = await openShops(ground, database, { bots: SHOPS, peopleEach: 10 });
  await database.client.query(RECEIPT_EACH);
  const idle: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const without = await start(ground, database, 'without');
    const before = await memoryKept(without);
    await without.stop();
    const server = await start(ground, database, 'with');
    idle.push((await memoryKept(server)) - before);
    busy.push((await keptWhileOpen(server, database, botIds)) - before);
    await server.stop();
  }
  const row = (what: string, values: readonly number[], atMost: number): Row => ({
    part: 'p',
    what,
    value: measured(values),
    unit: 'MB',
    target: { atMost },
  });
  return [
    row('memory kept for the panel that nobody has open', idle, 15),
    row(`the same with ${STREAMS} streams and ${RECEIPTS} receipts`, busy, 40),
  ];
}

async function start(ground: Ground, { environment }: Database, panel: 'with' | 'without'): Promise<Server> {
  const server = await ground.startProgram(
    [...AS_SERVED, '--expose-gc', '--import', './bench/panel/without-panel.mjs', 'dist/main.js'],
    { ...environment, PANEL: panel, RATE_LIMIT_PER_SECOND: '0' },
  );
  await untilQuiet(server);
  return server;
}

/** Megabytes that it holds by now, without what it would let go of at its own time. */
async function memoryKept(server: Server): Promise<number> {
  const told = () => server.lines().flatMap((line) => /^kept (\d+)/.exec(line)?.[1] ?? []);
  const before = told().length;
  process.kill(server.pid, 'SIGUSR2');
  while (told().length === before) await sleep(LOOK_EVERY_MS);
  return Number(told().at(-1)) / MEGABYTE;
}

async function keptWhileOpen(
  server: Server,
  { client }: Database,
  botIds: readonly bigint[],
): Promise<number> {
  const askers = await signIn(
    client,
    botIds.slice(0, STREAMS).map((_, place) => ownerOf(place + 1)),
  );
  const origin = `http://127.0.0.1:${server.port}`;
  const streams = await Promise.all(askers.map((asker) => openEvents(origin, asker)));
  if (streams.some(({ status }) => status !== 200)) throw new Error('Not every stream is open');
  const ids = await idsOfReceipts(client);
  const over = new AbortController();
  // Each has begun, and nobody reads on.
  await Promise.all(
    ids.map(async (id, place) => {
      const path = `/panel/api/bots/${botIds[place]}/receipts/${id}/file`;
      const { status } = await fetch(origin + path, { headers: askers[place] ?? {}, signal: over.signal });
      if (status !== 200) throw new Error(`${path}: ${status}`);
    }),
  );
  const kept = await memoryKept(server);
  over.abort();
  for (const { close } of streams) close();
  return kept;
}

async function idsOfReceipts(client: Database['client']): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    'SELECT id FROM payments ORDER BY user_bot_id LIMIT $1',
    [RECEIPTS],
  );
  return rows.map(({ id }) => id);
}
