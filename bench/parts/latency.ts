import { type Ground, source } from '../support/ground.ts';
import { type Load, loadFully, loadSteadily } from '../support/load.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { measured, percentiles, ratios } from '../support/statistics.ts';

const RATES = [50, 500] as const;
const PERCENTILES = ['p50', 'p95', 'p99'] as const;
/** A p99 of fewer is a p-most. */
const LEAST_ASKED = 500;

type Rounds = Record<(typeof PERCENTILES)[number], number[]>;

/** (d) How long an answer takes while so many updates a second come, whether or not the ones before are answered. */
export async function latency(
  ground: Ground,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const books = await ground.newBooks();
  const shops = await openShops(ground, books, { bots: 1_000, peopleEach: 20 });
  const [getolog, bare] = await Promise.all([
    ground.startGetolog(books),
    ground.startProgram(source('programs/bare-fastify.ts')),
  ]);
  const full = { port: getolog.port, next: shops.start };
  const fastify = { port: bare.port, next: shops.start };
  for (const load of [full, fastify]) await loadFully(load, { connections: 16, seconds: 5 });

  const rows: Row[] = [];
  for (const perSecond of RATES) {
    const plan = { perSecond, seconds: Math.max(seconds, LEAST_ASKED / perSecond) };
    const fullRounds: Rounds = { p50: [], p95: [], p99: [] };
    const bareRounds: Rounds = { p50: [], p95: [], p99: [] };
    for (let round = 0; round < rounds; round += 1) {
      await play(fastify, plan, bareRounds);
      await play(full, plan, fullRounds);
    }
    for (const name of PERCENTILES) {
      const what = (whose: string) => `${name} at ${perSecond}/s, ${whose}`;
      const ratio = ratios(fullRounds[name], bareRounds[name]);
      rows.push(
        { part: 'd', what: what('full way'), value: measured(fullRounds[name]), unit: 'ms' },
        { part: 'd', what: what('bare route'), value: measured(bareRounds[name]), unit: 'ms' },
        { part: 'd', what: what('full to bare'), value: ratio, unit: 'ratio', ...targetOf(name, perSecond) },
      );
    }
  }
  await Promise.all([getolog.stop(), bare.stop()]);
  return rows;
}

async function play(load: Load, plan: { perSecond: number; seconds: number }, into: Rounds): Promise<void> {
  const { times, failed } = await loadSteadily(load, plan);
  if (failed > 0) throw new Error(`${failed} of ${times.length} were not answered with 200`);
  const found = percentiles(times);
  for (const name of PERCENTILES) into[name].push(found[name]);
}

function targetOf(name: string, perSecond: number): { target?: { below: number } } {
  return name === 'p99' && perSecond === 50 ? { target: { below: 3 } } : {};
}
