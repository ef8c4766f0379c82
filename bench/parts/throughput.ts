import { availableParallelism } from 'node:os';
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
/** Beside two cores the load, Telegram and the stores take turns on the second: what is measured waits for them at times. */
const TO_TELEGRAF = availableParallelism() < 4 ? 1 : 1.15;
/** A new person costs two transactions more: who they are is written, and their owner is told. */
const NEW_PERSON_TO_TELEGRAF = 0.35;
const ROUTING_TO_BARE_ROUTE = 0.8;
/** What does nothing but answer, as the guide of each has it: files of `bench/others`. */
const OTHERS = { telegraf: 'Telegraf', gramio: 'GramIO', grammy: 'grammY’s own webhook' } as const;

interface Contestant {
  name: string;
  server: Server;
  load: Load;
  /** One entry a round. */
  perSecond: number[];
  cpuMicroseconds: number[];
}

/**
 * (a) The full way of a `/start` beside the least that can be done with one: by a bare route, and by other bot frameworks
 * that do nothing but answer.
 */
export async function throughput(
  ground: Ground,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const database = await ground.newDatabase();
  const shops = await openShops(ground, database, { bots: 1_000, peopleEach: 20 });
  const [echoBot = 0n] = shops.botIds;
  const startOther = (file: string) =>
    ground.startProgram([`bench/others/${file}.mjs`], {
      BOT_TOKEN: `${echoBot}:${'t'.repeat(35)}`,
      SECRET: webhookSecret(ground.encryptionKey, echoBot),
      TELEGRAM_API_ROOT: ground.apiRoot,
    });
  const [getolog, bare, routing, ...others] = await Promise.all([
    ground.startGetolog(database),
    ground.startProgram(source('programs/bare-fastify.ts')),
    ground.startProgram(source('programs/routing.ts'), { ENCRYPTION_KEY: ground.encryptionKey }),
    ...Object.keys(OTHERS).map(startOther),
  ]);
  const full = enter('full way of a known person’s /start', getolog, shops.start);
  const echoes = Object.values(OTHERS).map((name, place) =>
    enter(`bare echo on ${name}, one call`, others[place] ?? bare, () => shops.startAt(echoBot)),
  );
  const routed = enter('routing alone', routing, shops.start);
  const fastify = enter('bare Fastify route', bare, shops.start);
  const contestants = [full, ...echoes, routed, fastify];
  const first = enter('full way of a new person’s /start', getolog, shops.firstStart);
  const [telegraf = fastify, gramio = fastify, grammy = fastify] = echoes;
  const besideFirst = { ...telegraf, perSecond: [], cpuMicroseconds: [] };

  // Telegram takes 25 notices a second of the main bot: what was written in seconds would go out for minutes, in others' rounds.
  async function dropNotices(): Promise<void> {
    await database.client.query('DELETE FROM promises WHERE done_at IS NULL');
    await untilQuiet(getolog);
  }

  await warmUp(first);
  await dropNotices();
  // Last, because what rests for long is compiled anew.
  for (const contestant of contestants) await warmUp(contestant);
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) await play(contestant, seconds);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of [besideFirst, first]) await play(contestant, seconds);
    await dropNotices();
  }
  await Promise.all([getolog, bare, routing, ...others].map((server) => server.stop()));
  return [
    ...[...contestants, first].flatMap(toRows),
    compare('full way to Telegraf’s echo', full, telegraf, TO_TELEGRAF),
    compare('full way to GramIO’s echo', full, gramio),
    compare('full way to grammY’s own webhook', full, grammy),
    compare('full way of a new person to Telegraf’s echo', first, besideFirst, NEW_PERSON_TO_TELEGRAF),
    compare('full way to a bare route', full, fastify),
    compare('routing alone to a bare route', routed, fastify, ROUTING_TO_BARE_ROUTE),
  ];
}

function enter(name: string, server: Server, next: () => string): Contestant {
  return { name, server, load: { port: server.port, next }, perSecond: [], cpuMicroseconds: [] };
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
