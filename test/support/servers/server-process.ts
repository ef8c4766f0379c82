import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { holdAnswer } from '../held-call.ts';
import { programFile } from './programs.ts';

/** Only a fault takes so long, also on a machine that has other things to do. */
const START_LIMIT_MS = 60_000;

/** The server as a process of its own, which can be killed. */
export interface ServerProcess {
  /** Everything it wrote so far. */
  lines: string[];
  /** Without a chance to finish anything. */
  dies(): Promise<void>;
  /** From now on it counts its statements to Postgres, and dies after the n-th. */
  diesAfter(statements: number): Promise<void>;
  /** Every statement to Postgres that it ends while something is done, in their order. */
  statementsOf(act: () => Promise<void>): Promise<string[]>;
  /** What it holds in memory, and whether `Object.prototype` was written to. */
  look(): Promise<{ heapBytes: number; isPolluted: boolean }>;
  /** Resolves when it has ended, however. */
  ended: Promise<void>;
  /** As an operator does it. @returns the exit code */
  stops(): Promise<number | null>;
}

/** What all servers wrote that stood on the same database, by its address. */
const written = new Map<string, string[][]>();

export function linesWrittenOn(databaseUrl: string): string[] {
  return written.get(databaseUrl)?.flat() ?? [];
}

/** Starts it and waits until it listens. */
export async function startServerProcess(environment: Record<string, string>): Promise<ServerProcess> {
  const server = spawnServer(environment, 'dying-server');
  const ready = new Promise<void>((resolve, reject) => {
    server.onLine((line) => line.includes('"msg":"ready"') && resolve());
    server.child.once('exit', (code) =>
      reject(new Error(`The server ended with ${code}: ${server.lines.slice(-5).join('\n')}`)),
    );
    setTimeout(() => reject(new Error('The server did not start')), START_LIMIT_MS).unref();
  });
  await ready;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    // One that has died already is known by how it died.
    if (server.child.exitCode !== null) return server.child.exitCode;
    server.child.kill(signal);
    const [code] = (await once(server.child, 'exit')) as [number | null];
    return code;
  };
  return {
    lines: server.lines,
    ended: once(server.child, 'exit').then(() => undefined),
    async diesAfter(statements) {
      const armed = once(server.child, 'message');
      server.child.send({ dieAfter: statements });
      await armed;
    },
    async statementsOf(act) {
      const listening = once(server.child, 'message');
      server.child.send({ listen: true });
      await listening;
      await act();
      const told = once(server.child, 'message');
      server.child.send({ tell: true });
      const [statements] = (await told) as [string[]];
      return statements;
    },
    async look() {
      const seen = once(server.child, 'message');
      server.child.send({ look: true });
      const [answer] = (await seen) as [{ heapBytes: number; isPolluted: boolean }];
      return answer;
    },
    dies: async () => void (await end('SIGKILL')),
    stops: () => end('SIGTERM'),
  };
}

/** Telegram does what it is asked to, and its answer never reaches the server, which dies waiting for it. */
export async function diesWaitingFor(
  method: string,
  { server, telegram, act }: { server: ServerProcess; telegram: Sandbox; act: () => Promise<void> },
): Promise<void> {
  const call = holdAnswer(telegram, method);
  await act();
  await call.comes();
  await server.dies();
  call.release();
}

/**
 * Starts it and waits until it has ended by itself.
 * @param cwd where it looks for `.env` and keeps its data
 * @param stopAt it is told to stop at the first line that has these words
 */
export async function runServerProcess(
  environment: Record<string, string>,
  { cwd, stopAt }: { cwd?: string; stopAt?: string } = {},
): Promise<{ code: number | null; lines: string[] }> {
  const { child, lines, onLine } = spawnServer(environment, 'server', cwd);
  onLine((line) => stopAt !== undefined && line.includes(stopAt) && child.kill('SIGTERM'));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines };
}

/** Runs a command of the program (`npm run <name>`) to its end. */
export async function runCommandProcess(
  name: string,
  environment: Record<string, string>,
  { cwd, args = [] }: { cwd?: string; args?: readonly string[] } = {},
): Promise<{ code: number | null; lines: string[] }> {
  const { child, lines } = spawnServer(environment, name, cwd, args);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines };
}

function spawnServer(
  environment: Record<string, string>,
  program: string,
  cwd?: string,
  args: readonly string[] = [],
): {
  child: ChildProcess;
  lines: string[];
  onLine(listener: (line: string) => void): void;
} {
  const child = spawn(process.execPath, [programFile(program), ...args], {
    ...(cwd !== undefined && { cwd }),
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  const databaseUrl = environment['DATABASE_URL'] ?? '';
  written.set(databaseUrl, [...(written.get(databaseUrl) ?? []), lines]);
  const listeners: ((line: string) => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    });
  }
  return { child, lines, onLine: (listener) => listeners.push(listener) };
}
