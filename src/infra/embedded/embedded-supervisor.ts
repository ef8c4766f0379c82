/**
 * The process between the program and its embedded servers. It has a session of its own, so that a terminal's
 * Ctrl-C reaches the program alone, which needs its databases to end cleanly; and it ends them when the
 * program is gone, however that came.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startPostgres } from './embedded-postgres.ts';
import { startRedis } from './embedded-redis.ts';
import type { EmbeddedServer } from './embedded-server.ts';

/** What the supervisor is to run, as JSON in its only argument. */
export interface SupervisorOrder {
  dataDir: string;
  postgres: boolean;
  redis: boolean;
  cacheDir: string;
  /** Every user may write there. */
  temporaryRoot: string;
}

export type SupervisorMessage =
  | { kind: 'say'; line: string }
  | { kind: 'ready'; databaseUrl?: string; redisUrl?: string }
  | { kind: 'failed'; reason: string };

const servers: EmbeddedServer[] = [];
let temporaryDirectory: string | null = null;
let ending = false;

const [, , order = ''] = process.argv;
const starting = start(JSON.parse(order)).catch(fail);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('message', () => void end());
process.on('disconnect', () => void end());
// It may have gone while this file was being loaded.
if (!process.connected) void end();

async function start(wanted: SupervisorOrder): Promise<void> {
  const temporary = wanted.dataDir === 'temporary';
  const directory = temporary ? await makeTemporary(wanted.temporaryRoot) : await takeData(wanted.dataDir);
  const ready: SupervisorMessage = { kind: 'ready' };
  if (wanted.postgres) {
    const postgres = await startPostgres({ directory, temporary, scratch: wanted.temporaryRoot });
    watch('Postgres', postgres);
    ready.databaseUrl = postgres.url;
  }
  if (wanted.redis) {
    const redis = await startRedis({ directory, temporary, cacheDir: wanted.cacheDir }, say);
    watch('Redis', redis);
    ready.redisUrl = redis.url;
  }
  tell(ready);
}

async function makeTemporary(root: string): Promise<string> {
  temporaryDirectory = await mkdtemp(join(root, 'getolog-'));
  // Postgres may run as another user, who has to pass through.
  await chmod(temporaryDirectory, 0o711);
  return temporaryDirectory;
}

/** Takes a data directory for this process alone, for as long as it lives. */
async function takeData(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const directory = await realpath(dataDir);
  // The kernel frees such a name with its process, so it can never be stale; other systems have none, and
  // there the servers' own checks have to do.
  if (process.platform !== 'linux') return directory;
  const name = createHash('sha256').update(directory).digest('hex');
  const lock = createServer().listen(`\0getolog-${name}`);
  try {
    await once(lock, 'listening');
  } catch (error) {
    throw new Error(`${directory} is in use by another Getolog: stop that one first.`, { cause: error });
  }
  return directory;
}

function watch(name: string, server: EmbeddedServer): void {
  servers.push(server);
  void server.ended.then((lastWords) => {
    if (!ending) say(`The embedded ${name} has stopped.\n${lastWords}`);
  });
}

function fail(error: unknown): void {
  tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  void end();
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await starting;
  await Promise.all(servers.map((server) => server.stop()));
  if (temporaryDirectory !== null) await rm(temporaryDirectory, { recursive: true, force: true });
  process.exit();
}

function say(line: string): void {
  tell({ kind: 'say', line });
}

/** The program may be gone at any moment; then there is nobody to tell. */
function tell(message: SupervisorMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
