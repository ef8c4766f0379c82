import { SECOND_MS } from '../../src/shared/durations.ts';
import type { Ground } from '../support/ground.ts';
import { loadFully } from '../support/load.ts';
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
 * so one process is measured by turns with two that share its core, by what they do in each second that they have of it.
 * With a core each they would do twice what they do on one, as long as the stores keep up. What a process does by itself, and
 * what they do for each other's sake, is in it.
 */
export async function processes(
  ground: Ground,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const database = await ground.newDatabase();
  const { start } = await openShops(ground, database, { bots: 1_000, peopleEach: 20 });
  const servers: Server[] = [];
  for (let number = 0; number < PROCESSES; number += 1) servers.push(await ground.startGetolog(database));
  const [one] = servers;
  if (!one) throw new Error('Nobody serves');
  const play = async (serving: readonly Server[], seconds: number): Promise<number> => {
    const cpuMs = () => serving.reduce((sum, server) => sum + server.cpuMs(), 0);
    const before = cpuMs();
    const found = await Promise.all(
      serving.map(({ port }) => loadFully({ port, next: start }, { connections: CONNECTIONS, seconds })),
    );
    if (found.some(({ failed }) => failed > 0)) throw new Error('Not every update was answered with 200');
    return found.reduce((sum, { answered }) => sum + answered, 0) / ((cpuMs() - before) / SECOND_MS);
  };

  for (const server of servers) await untilQuiet(server);
  for (const server of servers) await play([server], WARM_UP_SECONDS);
  const alone: number[] = [];
  const shared: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await play([one], seconds));
    shared.push(await play(servers, seconds));
  }
  await Promise.all(servers.map((server) => server.stop()));
  const row = (what: string, values: readonly number[]): Row => ({
    part: 'j',
    what,
    value: measured(values),
    unit: 'updates/s',
  });
  return [
    row('one process, each second on the core', alone),
    row('two processes, each second on the core that they share', shared),
    {
      part: 'j',
      what: 'two processes on two cores to one on one (reckoned from two that share a core)',
      value: ratios(
        shared.map((perCoreSecond) => perCoreSecond * PROCESSES),
        alone,
      ),
      unit: 'ratio',
      target: { atLeast: TO_ONE },
    },
  ];
}
