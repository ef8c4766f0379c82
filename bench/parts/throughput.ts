import { webhookSecret } from '../../src/infra/crypto/webhook-secret.ts';
import { type Ground, source } from '../support/ground.ts';
import { type Load, loadFully } from '../support/load.ts';
import { type Server, untilQuiet } from '../support/program.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { measured, ratios } from '../support/statistics.ts';

const CONNECTIONS = 64;
/** Long enough for the machine code of everything on the way to be its final one. */
const WARM_UP_SECONDS = 10;

interface Contestant {
  name: string;
  server: Server;
  load: Load;
  /** One entry a round. */
  perSecond: number[];
  cpuMicroseconds: number[];
}

/**
 * (a) The full way of a `/start` beside the least that can be done with one: by a bare route, and by another bot
 * framework that does nothing but answer.
 */
export async function throughput(
  ground: Ground,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const database = await ground.newDatabase();
  const shops = await openShops(ground, database, { bots: 1_000, peopleEach: 20 });
  const [echoBot = 0n] = shops.botIds;
  const [getolog, bare, routing, telegraf] = await Promise.all([
    ground.startGetolog(database),
    ground.startProgram(source('programs/bare-fastify.ts')),
    ground.startProgram(source('programs/routing.ts'), { ENCRYPTION_KEY: ground.encryptionKey }),
    ground.startProgram(['bench/telegraf/echo.mjs'], {
      BOT_TOKEN: `${echoBot}:${'t'.repeat(35)}`,
      SECRET: webhookSecret(ground.encryptionKey, echoBot),
      TELEGRAM_API_ROOT: ground.apiRoot,
    }),
  ]);
  const enter = (name: string, server: Server, next: () => string): Contestant => ({
    name,
    server,
    load: { port: server.port, next },
    perSecond: [],
    cpuMicroseconds: [],
  });
  const full = enter('full way of a known person’s /start', getolog, shops.start);
  const first = enter('full way of a new person’s /start', getolog, shops.firstStart);
  const echo = enter('bare echo on Telegraf, one call', telegraf, () => shops.startAt(echoBot));
  const routed = enter('routing alone', routing, shops.start);
  const fastify = enter('bare Fastify route', bare, shops.start);
  const contestants = [full, echo, routed, fastify];

  await warmUp(first);
  await untilQuiet(getolog);
  // Last, because what rests for long is compiled anew.
  for (const contestant of contestants) await warmUp(contestant);
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) await play(contestant, seconds);
  }
  // By itself, because owners are told of new people when everybody else is answered.
  for (let round = 0; round < rounds; round += 1) await play(first, seconds);
  await Promise.all([getolog, bare, routing, telegraf].map((server) => server.stop()));
  return [
    ...[...contestants, first].flatMap(toRows),
    compare('full way to Telegraf’s echo', full, echo, 0.8),
    compare('full way to a bare route', full, fastify),
    compare('routing alone to a bare route', routed, fastify, 0.7),
  ];
}

async function warmUp({ load }: Contestant): Promise<void> {
  await loadFully(load, { connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
}

async function play({ server, load, ...scores }: Contestant, seconds: number): Promise<void> {
  const before = server.cpuMs();
  const { perSecond, answered, failed } = await loadFully(load, { connections: CONNECTIONS, seconds });
  if (failed > 0)
    throw new Error(`${scores.name}: ${failed} of ${answered + failed} were not answered with 200`);
  scores.perSecond.push(perSecond);
  scores.cpuMicroseconds.push(((server.cpuMs() - before) * 1000) / answered);
}

function toRows({ name, perSecond, cpuMicroseconds }: Contestant): Row[] {
  return [
    { part: 'a', what: name, value: measured(perSecond), unit: 'updates/s' },
    { part: 'a', what: `${name}, on the core`, value: measured(cpuMicroseconds), unit: 'µs' },
  ];
}

function compare(what: string, one: Contestant, other: Contestant, atLeast?: number): Row {
  return {
    part: 'a',
    what,
    value: ratios(one.perSecond, other.perSecond),
    unit: 'ratio',
    better: 'more',
    ...(atLeast === undefined ? {} : { target: { atLeast } }),
  };
}
