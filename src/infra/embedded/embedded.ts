import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { SupervisorMessage, SupervisorOrder } from './embedded-supervisor.ts';

/** Where the embedded databases of this directory keep their data, and what was downloaded for them. */
export const DATA_DIR = '.data';
export const CACHE_DIR = '.cache';

export interface EmbeddedOptions {
  /** Where the data stays; `temporary`: in a directory below `temporaryRoot`, removed at the end. */
  dataDir: string;
  /** By default the system's directory for temporary files. */
  temporaryRoot?: string;
  postgres: boolean;
  redis: boolean;
  /** Where a downloaded Redis is kept for the next time. */
  cacheDir: string;
  /** Is told, in whole lines, what a person should know. */
  say?: (line: string) => void;
}

export interface Embedded {
  /** Present if Postgres was asked for. */
  databaseUrl?: string;
  /** Present if Redis was asked for. */
  redisUrl?: string;
  /** Ends the servers; removes temporary data. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres and Redis for this process alone, on free loopback ports. They end with this process, even
 * one that is killed, and do not keep it alive.
 *
 * @throws Error in plain words: data in use by another process, no Redis and none to be had, ...
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const supervisor = forkSupervisor({
    dataDir: options.dataDir === 'temporary' ? 'temporary' : resolve(options.dataDir),
    postgres: options.postgres,
    redis: options.redis,
    cacheDir: resolve(options.cacheDir),
    temporaryRoot: options.temporaryRoot ?? tmpdir(),
  });
  const urls = await untilReady(supervisor, options.say ?? (() => {}));
  supervisor.unref();
  supervisor.channel?.unref();
  if (supervisor.stderr instanceof Socket) supervisor.stderr.unref();
  return { ...urls, stop: () => stop(supervisor) };
}

/** From source this process may run under a test runner, so the loader for TypeScript is named outright. */
function forkSupervisor(order: SupervisorOrder): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = new URL(`./embedded-supervisor.${fromSource ? 'ts' : 'js'}`, import.meta.url);
  const loader = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return fork(fileURLToPath(file), [JSON.stringify(order)], {
    detached: true,
    execArgv: fromSource ? ['--import', loader()] : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function untilReady(
  supervisor: ChildProcess,
  say: (line: string) => void,
): Promise<{ databaseUrl?: string; redisUrl?: string }> {
  return new Promise((resolveReady, reject) => {
    let errors = '';
    supervisor.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
    });
    supervisor.on('message', (message: SupervisorMessage) => {
      if (message.kind === 'say') say(message.line);
      if (message.kind === 'failed') reject(new Error(message.reason));
      if (message.kind === 'ready') {
        const { kind: _, ...urls } = message;
        resolveReady(urls);
      }
    });
    supervisor.once('error', reject);
    supervisor.once('close', () => reject(new Error(`The embedded servers did not start.\n${errors}`)));
  });
}

async function stop(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  supervisor.ref();
  const exited = once(supervisor, 'exit');
  if (supervisor.connected) supervisor.send('stop');
  await exited;
}
