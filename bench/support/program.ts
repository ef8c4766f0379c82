import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/support/servers/free-port.ts';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
/** The kernel counts a process's time in these. */
const TICK_MS = 10;

export interface ProgramOptions {
  /** Files of this project, with what Node needs before them. */
  args: readonly string[];
  environment?: Record<string, string>;
  /** A command in front of it, such as taskset. */
  before?: readonly string[];
  /** What it writes goes here. */
  directory: string;
  /** Where a server shall listen; absent: on any free port. */
  port?: number;
}

/** A process of its own, seen from outside. */
interface Program {
  readonly pid: number;
  /** Time that all of its threads had on a core so far. */
  cpuMs(): number;
  /** Resident now, and the most it ever was. */
  memoryMb(): { now: number; peak: number };
  /** Every line that it wrote. */
  lines(): string[];
  stop(): Promise<void>;
}

export interface Server extends Program {
  readonly port: number;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let started = 0;

/** Starts a server, and waits until it listens on the port that it is given as `PORT`. */
export async function startServer(options: ProgramOptions): Promise<Server> {
  const port = options.port ?? (await freePort());
  const program = startProgram({ ...options, environment: { ...options.environment, PORT: String(port) } });
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await isListening(port))) {
    if (program.hasEnded() || Date.now() > deadline) {
      await program.stop();
      throw new Error(`${options.args.join(' ')} did not start:\n${program.lines().slice(-20).join('\n')}`);
    }
    await sleep(50);
  }
  return { ...program, port };
}

const QUIET_SHARE = 0.03;
const QUIET_FOR_MS = 5_000;
const QUIET_LIMIT_MS = 240_000;

/** Waits until a server does next to nothing by itself: at start it looks at every bot, at a gentle pace. */
export async function untilQuiet(server: Server): Promise<void> {
  const deadline = Date.now() + QUIET_LIMIT_MS;
  for (;;) {
    const before = server.cpuMs();
    await sleep(QUIET_FOR_MS);
    if (server.cpuMs() - before < QUIET_FOR_MS * QUIET_SHARE) return;
    if (Date.now() > deadline) throw new Error('The server does not come to rest');
  }
}

/** Runs a program to its end. @returns what its last line says, as JSON */
export async function runProgram(options: ProgramOptions): Promise<unknown> {
  const program = startProgram(options);
  const code = await program.ended;
  const lines = program.lines();
  if (code !== 0)
    throw new Error(`${options.args.join(' ')} ended with ${code}:\n${lines.slice(-20).join('\n')}`);
  return JSON.parse(lines.at(-1) ?? 'null');
}

function startProgram({ args, environment, before = [], directory }: ProgramOptions) {
  started += 1;
  const log = join(directory, `program-${started}.log`);
  const file = openSync(log, 'a');
  const [command = process.execPath, ...rest] = [...before, process.execPath, ...args];
  const child = spawn(command, rest, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
    // A file, as under systemd: a pipe would be read by whoever makes the load.
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  return {
    pid,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    cpuMs: () => cpuMs(pid),
    memoryMb: () => memoryMb(pid),
    lines: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const killing = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(killing);
}

function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in the second field may hold spaces: the rest begins after its bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function memoryMb(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
