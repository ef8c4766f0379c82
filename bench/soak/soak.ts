import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { generateFernetKey } from '../../src/infra/crypto/fernet.ts';
import { createDatabase } from '../../src/infra/postgres/prisma.ts';
import { freePort } from '../../test/support/servers/free-port.ts';
import { source } from '../support/ground.ts';
import { type Load, loadSteadily } from '../support/load.ts';
import { type Server, startServer } from '../support/program.ts';
import { openShops } from '../support/shops.ts';
import { percentiles } from '../support/statistics.ts';
import { growthPerMinute, type HeapSample, type HeapWatch, watchHeap } from './heap-watch.ts';
import { type LivesLived, liveLives } from './lives.ts';

export interface SoakOptions {
  /** A migrated database without anything in it, and a Redis. */
  databaseUrl: string;
  redisUrl: string;
  /** How Node runs the server. */
  server: readonly string[];
  minutes: number;
  perSecond: number;
  /** Is told of each sample. */
  say?: (line: string) => void;
}

export interface SoakResult extends LivesLived {
  answered: number;
  /** Not answered with 200. */
  refused: number;
  p99Ms: number;
  /** Calls that only a mistake of ours explains. */
  apiFaults: readonly string[];
  /** Lines of the log that are worse than a warning. */
  errors: string[];
  /** Sales that the database knows and that did not reach their buyer. */
  undelivered: number;
  heap: HeapSample[];
  growthPerMinute: number;
  peakMb: number;
}

/** Bots that only get `/start`s, beside those that live their lives. */
const LOADED_BOTS = 200;
const PEOPLE_EACH = 100;
/** Theirs and all above are answered by the Telegram that says yes; the rest by the strict one. */
const FIRST_LOADED_BOT = '7000000000';
const SAMPLES = 20;
const ERROR_LEVEL = 50;
const NOTED_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 100;

/** Load, and meanwhile bots that come, sell, are removed, and lose their token. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const directory = await mkdtemp(join(tmpdir(), 'getolog-soak-'));
  const telegram = await startSandbox();
  const client = new pg.Client({ connectionString: options.databaseUrl });
  await client.connect();
  const database = createDatabase({ url: options.databaseUrl, poolSize: 2 });
  const running: Server[] = [];
  try {
    const encryptionKey = generateFernetKey();
    const shops = await openShops(
      { encryptionKey },
      { client },
      { bots: LOADED_BOTS, peopleEach: PEOPLE_EACH },
    );
    const mainBot = telegram.newBot({ username: 'getolog_bot', name: 'Getolog' });
    const port = await freePort();
    const served = `http://127.0.0.1:${port}`;
    const front = await startServer({
      args: source('programs/telegram.ts'),
      directory,
      environment: { SERVED: served, ELSEWHERE: telegram.apiRoot, FIRST_BOT: FIRST_LOADED_BOT },
    });
    running.push(front);
    const heapFile = join(directory, 'heap');
    const server = await startServer({
      args: ['--expose-gc', '--import', './bench/soak/heap-probe.mjs', ...options.server],
      directory,
      port,
      environment: {
        BOT_TOKEN: mainBot.token,
        ENCRYPTION_KEY: encryptionKey,
        DATABASE_URL: options.databaseUrl,
        REDIS_URL: options.redisUrl,
        SERVER_URL: served,
        TELEGRAM_API_ROOT: `http://127.0.0.1:${front.port}`,
        // The people of the strict Telegram act as fast as machines.
        RATE_LIMIT_PER_SECOND: '0',
        HEAP_FILE: heapFile,
      },
    });
    running.push(server);
    await telegram.until(() => mainBot.webhookUrl !== undefined, { what: 'the main bot to listen' });

    const heap = watchHeap(server.pid, heapFile);
    let isOver = false;
    const [loaded, lived] = await Promise.all([
      load({ port, next: shops.start }, heap, options).finally(() => {
        isOver = true;
      }),
      liveLives({ telegram, mainBot, database: database.prisma }, () => isOver),
    ]);
    const countUndelivered = () =>
      database.prisma.payment.count({ where: { status: 'approved', extended: { deliveredAt: null } } });
    // A buyer reads the link a moment before it is noted; a link that never went out is missing after this, too.
    const deadline = performance.now() + NOTED_WITHIN_MS;
    let undelivered = await countUndelivered();
    while (undelivered > 0 && performance.now() < deadline) {
      await sleep(LOOK_AGAIN_MS);
      undelivered = await countUndelivered();
    }
    return {
      ...lived,
      ...loaded,
      apiFaults: [...telegram.faults],
      errors: server.lines().filter(isError),
      undelivered,
      heap: heap.samples,
      growthPerMinute: growthPerMinute(heap.samples),
      peakMb: server.memoryMb().peak,
    };
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await Promise.all([telegram.close(), database.close(), client.end()]);
    await rm(directory, { recursive: true });
  }
}

/** Steady load from the beginning to the end, with a look at the heap now and then. */
async function load(
  requests: Load,
  heap: HeapWatch,
  { minutes, perSecond, say }: SoakOptions,
): Promise<Pick<SoakResult, 'answered' | 'refused' | 'p99Ms'>> {
  const times: number[] = [];
  let refused = 0;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const found = await loadSteadily(requests, { perSecond, seconds: (minutes * 60) / SAMPLES });
    refused += found.failed;
    times.push(...found.times);
    await heap.look();
    const last = heap.samples.at(-1);
    say?.(
      `${last?.atMinutes.toFixed(1)} min: ${times.length} answered, heap ${last?.megabytes.toFixed(1)} MB`,
    );
  }
  return { answered: times.length - refused, refused, p99Ms: percentiles(times).p99 };
}

function isError(line: string): boolean {
  const level = /^\{"level":(\d+)/.exec(line)?.[1];
  // What is no line of the log at all is a crash.
  return level === undefined || Number(level) >= ERROR_LEVEL;
}
