import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../observability/error-code.ts';

const run = promisify(execFile);

const WHAT_TO_DO = 'Install redis-server (or valkey-server), or set REDIS_URL.';

export interface RedisProgram {
  /** Absolute path. */
  command: string;
  env: Record<string, string>;
}

/**
 * A Redis to run: the machine's own, else Debian's package unpacked in the cache, without root and without
 * a service.
 *
 * @param say is told in one line when something is downloaded
 * @throws Error that says what to do when there is none and none can be fetched
 */
export async function findRedisProgram(cacheDir: string, say: (line: string) => void): Promise<RedisProgram> {
  const own = (await onPath('redis-server')) ?? (await onPath('valkey-server'));
  if (own !== null) return { command: own, env: {} };

  const unpacked = join(resolve(cacheDir), 'redis');
  if (!existsSync(unpacked)) {
    if ((await onPath('apt-get')) === null) throw new Error(`There is no Redis here. ${WHAT_TO_DO}`);
    say(
      `No redis-server here: downloading Debian's package and unpacking it in ${unpacked}; nothing is installed.`,
    );
    await unpackDebianPackage(unpacked);
  }
  return unpackedProgram(unpacked);
}

async function onPath(program: string): Promise<string | null> {
  try {
    const { stdout } = await run('/bin/sh', ['-c', `command -v ${program}`]);
    return stdout.trim();
  } catch (error) {
    // The shell's answer that there is none.
    if (hasCode(error, 127) || hasCode(error, 1)) return null;
    throw error;
  }
}

async function unpackedProgram(directory: string): Promise<RedisProgram> {
  const libraries = join(directory, 'usr', 'lib');
  const triplets = (await readdir(libraries)).filter((name) => name.includes('-linux-gnu'));
  return {
    command: join(directory, 'usr', 'bin', 'redis-server'),
    env: { LD_LIBRARY_PATH: triplets.map((name) => join(libraries, name)).join(':') },
  };
}

async function unpackDebianPackage(target: string): Promise<void> {
  await mkdir(resolve(target, '..'), { recursive: true });
  const work = await mkdtemp(`${target}.partial-`);
  try {
    const root = join(work, 'root');
    for (const archive of await downloadDebianPackages(work)) await run('dpkg', ['-x', archive, root]);
    const { command, env } = await unpackedProgram(root);
    await run(command, ['--version'], { env });
    await renameUnlessTaken(root, target);
  } catch (error) {
    throw new Error(`Redis could not be fetched. ${WHAT_TO_DO}\n${lastWordsOf(error)}`, { cause: error });
  } finally {
    await rm(work, { recursive: true });
  }
}

/** Of several processes that unpack at once the first provides for all. */
async function renameUnlessTaken(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/** @returns the archives of Redis and of those of its libraries that this machine lacks */
async function downloadDebianPackages(work: string): Promise<string[]> {
  const archives = join(work, 'cache', 'archives');
  for (const directory of [join(work, 'lists', 'partial'), join(work, 'state'), join(archives, 'partial')]) {
    await mkdir(directory, { recursive: true });
  }
  const configuration = join(work, 'apt.conf');
  await writeFile(configuration, aptConfiguration(work));
  const apt = (...args: string[]): Promise<unknown> => run('apt-get', ['-c', configuration, ...args]);
  // Of several sources one may be broken, and the others still have what is needed: what counts is the download.
  const updateFailure = await apt('update').then(
    () => null,
    (error: unknown) => error,
  );
  try {
    await apt('install', '--download-only', '--yes', '--no-install-recommends', 'redis-server');
  } catch (error) {
    throw updateFailure ?? error;
  }
  const names = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  return names.map((name) => join(archives, name));
}

/** The machine's own sources, but all that apt writes goes to a directory of ours. */
function aptConfiguration(work: string): string {
  return `
Dir::State ${JSON.stringify(join(work, 'state'))};
Dir::State::status "/var/lib/dpkg/status";
Dir::State::lists ${JSON.stringify(join(work, 'lists'))};
Dir::Cache ${JSON.stringify(join(work, 'cache'))};
Debug::NoLocking "1";
APT::Sandbox::User "root";
Acquire::Languages "none";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;
}

function lastWordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const output = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return output === '' ? error.message : output;
}
