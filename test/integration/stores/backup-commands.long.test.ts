import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '../../../src/infra/embedded/embedded.ts';
import { migrate } from '../../../src/infra/postgres/migrations.ts';
import { contentOf, fillDatabase } from '../../support/database/contents.ts';
import { createBlankDatabase, createTestDatabase } from '../../support/database/database.ts';
import { programFile } from '../../support/servers/programs.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'getolog-backup-'));
});

afterEach(() => rm(directory, { recursive: true }));

test('they say where the backup is and what came back', async () => {
  const [database, target] = await Promise.all([createTestDatabase(), createBlankDatabase()]);
  await fillDatabase(database);
  const backup = await run('backup', [directory], { DATABASE_URL: database.url });
  const [written = ''] = /^\S+\.jsonl\.gz/.exec(backup.said) ?? [];
  expect(backup).toEqual({
    code: 0,
    said: expect.stringMatching(/\d+ rows of \d+ tables.*ENCRYPTION_KEY/),
  });
  const back = await run('restore', [written], { DATABASE_URL: target.url });
  expect(back).toEqual({
    code: 0,
    said: expect.stringMatching(/rows of \d+ tables are back as they were at/),
  });
  expect(await contentOf(target)).toEqual(await contentOf(database));
  await Promise.all([database.drop(), target.drop()]);
});

test('they take the name of a file, too, and write over none', async () => {
  const [database, target] = await Promise.all([createTestDatabase(), createBlankDatabase()]);
  await fillDatabase(database);
  const file = join(directory, 'new', 'all.dump');
  expect(await run('backup', [file], { DATABASE_URL: database.url })).toMatchObject({ code: 0 });
  expect(await readdir(join(directory, 'new'))).toEqual(['all.dump']);
  expect(await run('backup', [file], { DATABASE_URL: database.url })).toMatchObject({ code: 1 });
  expect(await run('restore', [file], { DATABASE_URL: target.url })).toMatchObject({ code: 0 });
  expect(await contentOf(target)).toEqual(await contentOf(database));
  await Promise.all([database.drop(), target.drop()]);
});

test('they find the embedded database of a server that runs, and that of one that does not', async () => {
  const dataDir = join(directory, '.data');
  const embedded = await startEmbedded({ dataDir, cacheDir: '.cache', postgres: true, redis: false });
  await migrate(embedded.databaseUrl ?? '');
  expect(await run('backup', ['running'])).toMatchObject({ code: 0 });
  await embedded.stop();
  expect(await run('backup', ['stopped'])).toMatchObject({ code: 0 });
  expect(await readdir(join(directory, 'stopped'))).toHaveLength(1);
});

test.each([
  ['backup', ['one', 'two'], {}, 'Usage: npm run backup'],
  ['backup', ['--help'], {}, 'Usage: npm run backup'],
  ['backup', [], {}, 'There is no database: DATABASE_URL is not set'],
  [
    'backup',
    [],
    { DATABASE_URL: 'mysql://localhost/x' },
    'must be an address that begins with postgresql://',
  ],
  ['backup', [], { DATABASE_URL: 'postgresql://nobody@localhost:9/x' }, 'ECONNREFUSED'],
  ['restore', [], {}, 'Usage: npm run restore'],
  ['restore', ['none.gz'], {}, 'There is no file none.gz'],
] as const)('%s %j with %j says what is wrong', async (command, args, environment, words) => {
  expect(await run(command, args, environment)).toEqual({ code: 1, said: expect.stringContaining(words) });
  expect(await readdir(directory)).not.toContain('.data');
});

/** A command as a process of its own, in a directory that holds nothing. */
function run(
  command: 'backup' | 'restore',
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env['PATH'], ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [programFile(command), ...args], { cwd: directory, env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), said: out + err }),
    );
  });
}
