import type { Ground } from '../support/ground.ts';
import { loadFully, loadSteadily, type NextRequest } from '../support/load.ts';
import { openPaymeOrders } from '../support/payme-orders.ts';
import { type Server, untilQuiet } from '../support/program.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { measured, percentiles, ratios } from '../support/statistics.ts';

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 5;
/** The peak that is planned with, and what a busy evening sells. */
const PER_SECOND = 50;
const SALES_PER_SECOND = 5;
const TO_START = 1.3;

interface Contestant {
  name: string;
  next: NextRequest;
  /** At which its time is taken. */
  rate: number;
  /** One entry a round: of each on the core, and until its answer. */
  cpuMicroseconds: number[];
  ms: number[];
}

const enter = (name: string, next: NextRequest, rate: number): Contestant => ({
  name,
  next,
  rate,
  cpuMicroseconds: [],
  ms: [],
});

/** (i) What Payme's calls cost about an order that waits, beside a `/start`. */
export async function callbacks(
  ground: Ground,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const database = await ground.newDatabase();
  const shops = await openShops(ground, database, { bots: 1_000, peopleEach: 20 });
  const orders = await openPaymeOrders(ground, database, shops);
  const getolog = await ground.startGetolog(database);
  const start = enter('a /start', shops.start, PER_SECOND);
  const check = enter('whether an order may be paid', orders.check, PER_SECOND);
  const create = enter('that its money is being taken', orders.create, SALES_PER_SECOND);
  const perform = enter('that it was taken', orders.perform, SALES_PER_SECOND);
  await untilQuiet(getolog);
  for (const one of [start, check]) await loadFully(loadOf(getolog, one), warmUp);
  for (let round = 0; round < rounds; round += 1) {
    for (const one of [start, check]) await play(getolog, one, seconds);
  }
  // What a sale is followed by goes out beside it, and would be in the others' way.
  for (const one of [create, perform]) await loadFully(loadOf(getolog, one), warmUp);
  for (let round = 0; round < rounds; round += 1) {
    for (const one of [create, perform]) await play(getolog, one, seconds);
  }
  const failures = await orders.countFailures();
  if (failures > 0) throw new Error(`${failures} orders were not begun, or not paid`);
  await getolog.stop();
  return [
    ...[start, check, create, perform].flatMap(toRows),
    compare('whether an order may be paid to a /start, on the core', check, start, 'cpuMicroseconds'),
    compare('whether an order may be paid to a /start, until the answer', check, start, 'ms'),
  ];
}

const warmUp = { connections: CONNECTIONS, seconds: WARM_UP_SECONDS };
const loadOf = ({ port }: Server, { next }: Contestant) => ({ port, next });

async function play(server: Server, contestant: Contestant, seconds: number): Promise<void> {
  const load = loadOf(server, contestant);
  const before = server.cpuMs();
  const { answered, failed } = await loadFully(load, { connections: CONNECTIONS, seconds });
  contestant.cpuMicroseconds.push(((server.cpuMs() - before) * 1000) / answered);
  const steady = await loadSteadily(load, { perSecond: contestant.rate, seconds });
  contestant.ms.push(percentiles(steady.times).p50);
  if (failed + steady.failed > 0) throw new Error(`${contestant.name}: not every one was answered with 200`);
}

function toRows({ name, rate, cpuMicroseconds, ms }: Contestant): Row[] {
  return [
    { part: 'i', what: `${name}, on the core`, value: measured(cpuMicroseconds), unit: 'µs' },
    { part: 'i', what: `${name}, p50 at ${rate}/s`, value: measured(ms), unit: 'ms' },
  ];
}

function compare(what: string, one: Contestant, other: Contestant, measure: 'cpuMicroseconds' | 'ms'): Row {
  return {
    part: 'i',
    what,
    value: ratios(one[measure], other[measure]),
    unit: 'ratio',
    target: { atMost: TO_START },
  };
}
