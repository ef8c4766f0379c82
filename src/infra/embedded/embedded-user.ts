import { execFile, spawnSync } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Identity {
  uid: number;
  gid: number;
}

interface Command extends Partial<Identity> {
  command: string;
  args: string[];
}

/** Who runs Postgres. It refuses to run as root. */
export interface ServerUser {
  /** The command that runs a program as this user. */
  command(program: string, args: string[]): Command;
  /** Hands a file or directory to this user. */
  give(path: string): Promise<void>;
}

/**
 * The present user; for root the user `postgres`, which is made if there is none.
 *
 * @param mustReach paths that the user's programs have to reach, whatever lies above them
 */
export async function postgresUser(mustReach: string[]): Promise<ServerUser> {
  if (process.getuid?.() !== 0) {
    return { command: (command, args) => ({ command, args }), give: () => Promise.resolve() };
  }
  const identity = findUser() ?? (await createUser());
  const reachesAll = mustReach.every((path) => canReach(identity, path));
  return {
    command: reachesAll
      ? (command, args) => ({ command, args, ...identity })
      : (program, args) => keepingPassage(identity, program, args),
    give: (path) => chown(path, identity.uid, identity.gid),
  };
}

function canReach(identity: Identity, path: string): boolean {
  return spawnSync('test', ['-x', path], { ...identity, cwd: '/' }).status === 0;
}

/**
 * A private directory (0700) lies above: of root's rights the one to pass through is kept.
 *
 * `no_setuid_fixup` makes that right count in access(2) too, by which Postgres looks for its own files.
 */
function keepingPassage(identity: Identity, program: string, args: string[]): Command {
  const options = [
    `--reuid=${identity.uid}`,
    `--regid=${identity.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
  ];
  const right = '+dac_override';
  return {
    command: 'setpriv',
    args: [...options, `--inh-caps=${right}`, `--ambient-caps=${right}`, program, ...args],
  };
}

function findUser(): Identity | null {
  const [uid, gid] = ['-u', '-g'].map((which) => spawnSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

async function createUser(): Promise<Identity> {
  let refusal: unknown;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  } catch (error) {
    // Perhaps another process made it in the same moment: the second look tells.
    refusal = error;
  }
  const identity = findUser();
  if (identity !== null) return identity;
  throw new Error('Postgres refuses to run as root, and the user "postgres" could not be made for it.', {
    cause: refusal,
  });
}
