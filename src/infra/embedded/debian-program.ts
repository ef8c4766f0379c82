import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../observability/error-code.ts';

const run = promisify(execFile);

export interface Program {
  /** Absolute path. */
  command: string;
  env: Record<string, string>;
}

/** A program that this machine may have, and that Debian packs. */
export interface DebianProgram {
  /** As a person calls it. */
  name: string;
  /** What the machine's own may be called, the best first. */
  onPath: readonly string[];
  package: string;
  /** The program in the package. */
  file: string;
  /** Where its libraries lie below the folder of the machine's kind, beside that folder itself. */
  libraryFolders?: readonly string[];
  /** What a person can do where it is not to be had. */
  whatToDo: string;
}

/**
 * A program to run: the machine's own, else Debian's package unpacked in the cache, without root and without
 * a service.
 *
 * @param say is told in one line when something is downloaded
 * @throws Error that says what to do when there is none and none can be fetched
 */
export async function findDebianProgram(
  wanted: DebianProgram,
  cacheDir: string,
  say: (line: string) => void,
): Promise<Program> {
  for (const name of wanted.onPath) {
    const own = await onPath(name);
    if (own !== null) return { command: own, env: {} };
  }
  const [first = wanted.package] = wanted.onPath;
  const unpacked = join(resolve(cacheDir), wanted.name.toLowerCase());
  if (!existsSync(unpacked)) {
    if ((await onPath('apt-get')) === null) {
      throw new Error(`There is no ${wanted.name} here. ${wanted.whatToDo}`);
    }
    say(
      `No ${first} here: downloading Debian's package and unpacking it in ${unpacked}; nothing is installed.`,
    );
    await unpackDebianPackage(wanted, unpacked);
  }
  return unpackedProgram(wanted, unpacked);
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

async function unpackedProgram(
  { file, libraryFolders = [] }: DebianProgram,
  directory: string,
): Promise<Program> {
  const libraries = join(directory, 'usr', 'lib');
  const triplets = (await readdir(libraries)).filter((name) => name.includes('-linux-gnu'));
  const folders = triplets.flatMap((name) =>
    ['', ...libraryFolders].map((below) => join(libraries, name, below)),
  );
  return { command: join(directory, file), env: { LD_LIBRARY_PATH: folders.join(':') } };
}

async function unpackDebianPackage(wanted: DebianProgram, target: string): Promise<void> {
  await mkdir(resolve(target, '..'), { recursive: true });
  const work = await mkdtemp(`${target}.partial-`);
  try {
    const root = join(work, 'root');
    for (const archive of await downloadDebianPackages(wanted.package, work)) {
      await run('dpkg', ['-x', archive, root]);
    }
    const { command, env } = await unpackedProgram(wanted, root);
    await run(command, ['--version'], { env });
    await renameUnlessTaken(root, target);
  } catch (error) {
    throw new Error(`${wanted.name} could not be fetched. ${wanted.whatToDo}\n${lastWordsOf(error)}`, {
      cause: error,
    });
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

/** @returns the archives of a package and of what it needs and this machine lacks */
async function downloadDebianPackages(name: string, work: string): Promise<string[]> {
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
    await apt('install', '--download-only', '--yes', '--no-install-recommends', name);
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
