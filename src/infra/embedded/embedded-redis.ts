import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findRedisProgram } from './embedded-redis-program.ts';
import { type EmbeddedServer, processOf, startServer } from './embedded-server.ts';

/** Logical databases of a temporary Redis: every test file takes its own. */
export const TEMPORARY_REDIS_DATABASES = 512;

/** Where an embedded Redis keeps its things. */
export interface RedisPlace {
  /** Holds `redis/`. */
  directory: string;
  /** Nothing is written to the disk. */
  temporary: boolean;
  /** Where a downloaded Redis is kept. */
  cacheDir: string;
}

/**
 * Starts Redis (or Valkey) on data that the first start makes.
 *
 * @throws Error in plain words when there is none and none can be fetched, or its data is in use
 */
export async function startRedis(
  place: RedisPlace,
  say: (line: string) => void,
): Promise<EmbeddedServer & { url: string }> {
  const data = join(place.directory, 'redis');
  const pidFile = join(data, 'redis.pid');
  const holder = await processOf(pidFile, (commandLine) => /redis|valkey/.test(commandLine));
  if (holder?.belongs) throw new Error(`${data} is in use: Redis runs on it as process ${holder.pid}.`);

  const program = await findRedisProgram(place.cacheDir, say);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('hex');
  const server = await startServer((port) => ({
    name: 'Redis',
    command: program.command,
    // Its configuration comes from its standard input: arguments, and so the password, are everybody's to read.
    args: ['-'],
    input: configuration({ port, password, data, pidFile, temporary: place.temporary }),
    env: program.env,
    readyText: 'Ready to accept connections',
    stopSignal: 'SIGTERM',
  }));
  return { ...server, url: `redis://:${password}@127.0.0.1:${server.port}` };
}

function configuration(values: {
  port: number;
  password: string;
  data: string;
  pidFile: string;
  temporary: boolean;
}): string {
  const persistence = values.temporary
    ? [`databases ${TEMPORARY_REDIS_DATABASES}`, 'appendonly no']
    : ['appendonly yes', 'appendfsync everysec'];
  return [
    'bind 127.0.0.1',
    `port ${values.port}`,
    `requirepass ${values.password}`,
    `dir ${JSON.stringify(values.data)}`,
    `pidfile ${JSON.stringify(values.pidFile)}`,
    'save ""',
    // Jobs live here: a full Redis has to say so rather than forget them.
    'maxmemory-policy noeviction',
    ...persistence,
    '',
  ].join('\n');
}
