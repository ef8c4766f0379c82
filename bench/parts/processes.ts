import { SECOND_MS } from '../../src/shared/durations.ts';
import type { Ground } from '../support/ground.ts';
import { type Load, loadFully } from '../support/load.ts';
import { type Server, untilQuiet } from '../support/program.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { measured, ratios } from '../support/statistics.ts';

/** Of each process, as many as its balancer would give it. */
const CONNECTIONS = 64;
const WARM_UP_SECONDS = 10;
const PROCESSES = 2;
const TO_ONE = 1.8;

/**
 * (j) What a second process on the same stores adds. Where load, Telegram and stores have a core there is none left for it:
 * so two processes share one, and what they do in each second of it is measured by turns with what two do that share it as
 * well, but have a database and a number in Redis of their own. With a core each, those are taken to do twice what one does;
 * what the others do less is for each other's sake. Two on one core also slow each other down; the last row, against one that
 * has the core to itself, shows by how much.
 */
export async function processes(
  ground: Ground,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const first = await openPlace(ground);
  const second = await openPlace(ground);
  const one = await first.startServer();
  const other = await first.startServer();
  const stranger = await second.startServer();
  for (const { server } of [one, other, stranger]) await untilQuiet(server);
  for (const serving of [one, other, stranger]) await play([serving], WARM_UP_SECONDS);
  const alone: number[] = [];
  const apart: number[] = [];
  const shared: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const turns = [
      async () => alone.push(await play([one], seconds)),
      async () => apart.push(await play([one, stranger], seconds)),
      async () => shared.push(await play([one, other], seconds)),
    ];
    // Whoever comes first in a round is the last in the next.
    if (round % 2 === 1) turns.reverse();
    for (const turn of turns) await turn();
  }
  await Promise.all([one, other, stranger].map(({ server }) => server.stop()));
  const row = (what: string, values: readonly number[]): Row => ({
    part: 'j',
    what,
    value: measured(values),
    unit: 'updates/s',
  });
  const twice = shared.map((perCoreSecond) => perCoreSecond * PROCESSES);
  return [
    row('one process, each second on the core', alone),
    row('two that share a core, on a database each, each second on it', apart),
    row('two that share a core, on the same stores, each second on it', shared),
    {
      part: 'j',
      what: 'two processes on a core each to one (reckoned from two on a database each)',
      value: ratios(twice, apart),
      unit: 'ratio',
      target: { atLeast: TO_ONE },
    },
    {
      part: 'j',
      what: 'the same to one alone, with what sharing a core costs',
      value: ratios(twice, alone),
      unit: 'ratio',
    },
  ];
}

interface Serving {
  server: Server;
  next: Load['next'];
}

async function openPlace(ground: Ground): Promise<{ startServer(): Promise<Serving> }> {
  const database = await ground.newDatabase();
  const { start } = await openShops(ground, database, { bots: 1_000, peopleEach: 20 });
  return { startServer: async () => ({ server: await ground.startGetolog(database), next: start }) };
}

/** @returns updates answered in each second that the processes had of a core */
async function play(serving: readonly Serving[], seconds: number): Promise<number> {
  const cpuMs = () => serving.reduce((sum, { server }) => sum + server.cpuMs(), 0);
  const before = cpuMs();
  const found = await Promise.all(
    serving.map(({ server, next }) =>
      loadFully({ port: server.port, next }, { connections: CONNECTIONS, seconds }),
    ),
  );
  if (found.some(({ failed }) => failed > 0)) throw new Error('Not every update was answered with 200');
  return found.reduce((sum, { answered }) => sum + answered, 0) / ((cpuMs() - before) / SECOND_MS);
}
