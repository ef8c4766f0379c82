import { type Ground, source } from '../support/ground.ts';
import { type Load, loadFully, loadSteadily } from '../support/load.ts';
import { untilQuiet } from '../support/program.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { measured, percentiles, ratios } from '../support/statistics.ts';

const RATES = [50, 500] as const;
const PERCENTILES = ['p50', 'p95', 'p99'] as const;
/** A p99 of fewer is a p-most. */
const LEAST_ASKED = 500;

/** How many times the least that a bot can do an answer may take, at each rate. */
const P99_TO_LEAST: Record<(typeof RATES)[number], number> = { 50: 1.3, 500: 6 };

type Percentile = (typeof PERCENTILES)[number];

interface Contestant {
  name: string;
  load: Load;
  /** Milliseconds, one entry a round. */
  rounds: Record<Percentile, number[]>;
}

/**
 * (d) How long an answer takes while so many updates a second come, whether or not the ones before are answered: beside a
 * bare route, which asks nobody, and beside the least that a bot can do, which asks the database and Telegram once each.
 */
export async function latency(
  ground: Ground,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const database = await ground.newDatabase();
  const shops = await openShops(ground, database, { bots: 1_000, peopleEach: 20 });
  const [getolog, least, bare] = await Promise.all([
    ground.startGetolog(database),
    ground.startProgram(source('programs/least.ts'), {
      DATABASE_URL: database.databaseUrl,
      TELEGRAM_API_ROOT: ground.apiRoot,
    }),
    ground.startProgram(source('programs/bare-fastify.ts')),
  ]);
  const loads = [
    { name: 'full way', load: { port: getolog.port, next: shops.start } },
    { name: 'one question, one call', load: { port: least.port, next: shops.start } },
    { name: 'bare route', load: { port: bare.port, next: shops.start } },
  ];
  for (const { load } of loads) await loadFully(load, { connections: 16, seconds: 5 });
  await untilQuiet(getolog);

  const rows: Row[] = [];
  for (const perSecond of RATES) {
    const plan = { perSecond, seconds: Math.max(seconds, LEAST_ASKED / perSecond) };
    const contestants = loads.map((one): Contestant => ({ ...one, rounds: { p50: [], p95: [], p99: [] } }));
    for (let round = 0; round < rounds; round += 1) {
      for (const contestant of contestants) await play(contestant, plan);
    }
    rows.push(...PERCENTILES.flatMap((name) => toRows(name, perSecond, contestants)));
  }
  await Promise.all([getolog, least, bare].map((server) => server.stop()));
  return rows;
}

async function play(
  { name, load, rounds }: Contestant,
  plan: { perSecond: number; seconds: number },
): Promise<void> {
  const { times, failed } = await loadSteadily(load, plan);
  if (failed > 0) throw new Error(`${name}: ${failed} of ${times.length} were not answered with 200`);
  const found = percentiles(times);
  for (const percentile of PERCENTILES) rounds[percentile].push(found[percentile]);
}

function toRows(
  percentile: Percentile,
  perSecond: (typeof RATES)[number],
  contestants: readonly Contestant[],
): Row[] {
  const when = `${percentile} at ${perSecond}/s`;
  const row = (what: string) => ({ part: 'd', what: `${when}, ${what}` });
  const times = contestants.map(
    ({ name, rounds }): Row => ({ ...row(name), value: measured(rounds[percentile]), unit: 'ms' }),
  );
  const compare = (one: Contestant | undefined, other: Contestant | undefined): Row => ({
    ...row(`${one?.name} to ${other?.name}`),
    value: ratios(one?.rounds[percentile] ?? [], other?.rounds[percentile] ?? []),
    unit: 'ratio',
    better: 'less',
  });
  const [full, least, bare] = contestants;
  const target = percentile === 'p99' ? { target: { atMost: P99_TO_LEAST[perSecond] } } : {};
  return [...times, compare(full, bare), { ...compare(full, least), ...target }, compare(least, bare)];
}
