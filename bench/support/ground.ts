import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { generateFernetKey } from '../../src/infra/crypto/fernet.ts';
import { startEmbedded } from '../../src/infra/embedded/embedded.ts';
import { migrate } from '../../src/infra/postgres/migrations.ts';
import { type Cores, divideCores } from './cores.ts';
import { runProgram, type Server, startServer } from './program.ts';

/** What the bots of the bench show Telegram as their address; nobody calls it. */
const SERVED = 'https://bots.example.com';
const MAIN_BOT_TOKEN = `1000001:${'m'.repeat(35)}`;

/** How the unit and the image start Node. */
export const AS_SERVED: readonly string[] = [
  '--max-old-space-size=256',
  '--max-semi-space-size=16',
  '--single-threaded-gc',
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
];

/** Everything that the measured programs stand on. */
export interface Ground {
  cores: Cores;
  /** The Telegram that says yes to everything. */
  apiRoot: string;
  encryptionKey: string;
  /** An own migrated database and an own number in Redis. */
  newDatabase(): Promise<Database>;
  /** Getolog itself, as it is built, on its own core. */
  startGetolog(database: Database, environment?: Record<string, string>): Promise<Server>;
  /** A program of the bench on its own core. */
  startProgram(args: readonly string[], environment?: Record<string, string>): Promise<Server>;
  /** The same, to its end. @returns what its last line says */
  run(args: readonly string[], environment?: Record<string, string>): Promise<unknown>;
  /** How often a bot of the Telegram was asked for something. */
  calls(botId: bigint, method: string): Promise<number>;
  close(): Promise<void>;
}

export interface Database {
  client: pg.Client;
  databaseUrl: string;
  redisUrl: string;
  /** What Getolog needs to know to run on them. */
  environment: Record<string, string>;
}

/** How Node runs a file of the bench. */
export function source(path: string, ...before: string[]): string[] {
  return [...before, '--import', 'tsx', `bench/${path}`];
}

export async function prepareGround(say: (line: string) => void): Promise<Ground> {
  const cores = divideCores();
  const directory = await mkdtemp(join(tmpdir(), 'getolog-bench-'));
  const encryptionKey = generateFernetKey();
  const embedded = await startEmbedded({
    dataDir: 'temporary',
    cacheDir: '.cache',
    postgres: true,
    redis: true,
    say,
  });
  const { databaseUrl = '', redisUrl = '' } = embedded;
  const telegram = await startServer({
    args: source('programs/telegram.ts'),
    directory,
    environment: { SERVED },
  });
  const apiRoot = `http://127.0.0.1:${telegram.port}`;
  const clients: pg.Client[] = [];
  const running: Server[] = [telegram];

  async function start(args: readonly string[], environment: Record<string, string> = {}): Promise<Server> {
    const server = await startServer({ args, environment, before: cores.measured, directory });
    running.push(server);
    return server;
  }

  return {
    cores,
    apiRoot,
    encryptionKey,
    async newDatabase() {
      const number = clients.length + 1;
      const url = new URL(databaseUrl);
      url.pathname = `bench_${number}`;
      await execute(databaseUrl, `CREATE DATABASE bench_${number}`);
      await migrate(url.href);
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      clients.push(client);
      return {
        client,
        databaseUrl: url.href,
        redisUrl: `${redisUrl}/${number}`,
        environment: {
          BOT_TOKEN: MAIN_BOT_TOKEN,
          ENCRYPTION_KEY: encryptionKey,
          DATABASE_URL: url.href,
          REDIS_URL: `${redisUrl}/${number}`,
          TELEGRAM_API_ROOT: apiRoot,
          SERVER_URL: SERVED,
        },
      };
    },
    startGetolog: (database, environment) =>
      start([...AS_SERVED, 'dist/main.js'], { ...database.environment, ...environment }),
    startProgram: start,
    run: (args, environment = {}) => runProgram({ args, environment, before: cores.measured, directory }),
    async calls(botId, method) {
      const response = await fetch(`${apiRoot}/count/${botId}/${method}`);
      return ((await response.json()) as { result: number }).result;
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()));
      await Promise.all(running.map((server) => server.stop()));
      await embedded.stop();
      await rm(directory, { recursive: true });
    },
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}
