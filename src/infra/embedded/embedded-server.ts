import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hasCode } from '../observability/error-code.ts';

/** A database server that runs as a child of this process. */
export interface EmbeddedServer {
  readonly port: number;
  /** Resolves with the last lines it wrote when it has ended, wanted or not. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface ServerCommand {
  /** As a person reads it: `Postgres`, `Redis`. */
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  /** Written to its standard input, which is then closed. */
  input?: string;
  uid?: number;
  gid?: number;
  /** What it writes when it accepts connections. */
  readyText: string;
  stopSignal: NodeJS.Signals;
}

/** Between asking the system for a free port and binding it, another program may take it. */
const PORT_ATTEMPTS = 5;

/** Longer than a checkpoint of a small database takes on a slow disk. */
const STOP_LIMIT_MS = 10_000;

const KEPT_OUTPUT_CHARACTERS = 2_000;

/**
 * Starts a server on a free loopback port and waits until it accepts connections.
 *
 * @throws Error with the server's own last words when it does not start
 */
export async function startServer(commandFor: (port: number) => ServerCommand): Promise<EmbeddedServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const started = await launch(commandFor(port), port);
    if (!('failure' in started)) return started;
    if (attempt === PORT_ATTEMPTS || !started.failure.includes('Address already in use')) {
      throw new Error(`${commandFor(port).name} did not start.\n${started.failure.trim()}`);
    }
  }
}

async function launch(command: ServerCommand, port: number): Promise<EmbeddedServer | { failure: string }> {
  const child = spawn(command.command, command.args, {
    cwd: '/',
    env: command.env,
    stdio: 'pipe',
    ...(command.uid === undefined ? {} : { uid: command.uid }),
    ...(command.gid === undefined ? {} : { gid: command.gid }),
  });
  let output = '';
  const ready = new Promise<boolean>((resolve) => {
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT_CHARACTERS);
      if (output.includes(command.readyText)) resolve(true);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  // A server that refuses to start may close its input before reading it; its exit tells the story.
  child.stdin.on('error', (error) => {
    output += `${error.message}\n`;
  });
  child.stdin.end(command.input ?? '');

  const ended = endOf(child).then((reason) => `${output}${reason}`);
  const isReady = await Promise.race([ready, ended.then(() => false)]);
  if (!isReady) return { failure: await ended };
  return { port, ended, stop: () => stop(child, command.stopSignal) };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`(ended with ${signal ?? `code ${code}`})`));
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(force);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  probe.close();
  await once(probe, 'close');
  return address.port;
}

/**
 * The process that a pid file names, if it lives and is what the file was written for.
 *
 * @param belongs tells by its command line whether it is that program: after a restart of the machine the
 *   number may belong to anything
 */
export async function processOf(
  pidFile: string,
  belongs: (commandLine: string) => boolean,
): Promise<{ pid: number; belongs: boolean } | null> {
  const pid = Number.parseInt((await readOrNull(pidFile)) ?? '', 10);
  if (!(pid > 0) || !isAlive(pid)) return null;
  const commandLine = await readOrNull(`/proc/${pid}/cmdline`);
  return { pid, belongs: commandLine === null || belongs(commandLine) };
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
