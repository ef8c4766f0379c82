import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { trackedFiles } from '../support/tracked-files.ts';

/** Beyond it nobody reads a file to its end. */
const MAX_LINES = 400;
/** Beyond it nobody finds a file by looking. */
const MAX_SIDE_BY_SIDE = 16;

interface File {
  path: string;
  lines: number;
}

/** What is too large to be seen at a glance; the answer to either is to split by idea. */
function faultsOf(files: readonly File[]): string[] {
  const long = files.filter(({ path, lines }) => path.endsWith('.ts') && lines > MAX_LINES);
  const folders = new Map<string, number>();
  for (const { path } of files) folders.set(dirname(path), (folders.get(dirname(path)) ?? 0) + 1);
  const wide = [...folders].filter(([, count]) => count > MAX_SIDE_BY_SIDE);
  return [
    ...long.map(({ path, lines }) => `${path} has ${lines} lines`),
    ...wide.map(([folder, count]) => `${folder} has ${count} files`),
  ];
}

async function read(path: string): Promise<File> {
  return { path, lines: (await readFile(path, 'utf8')).split('\n').length - 1 };
}

test('no file is too long to be read, and no folder too wide to be looked through', async () => {
  const files = await Promise.all((await trackedFiles('src', 'sandbox', 'test', 'bench')).map(read));
  expect(files.length).toBeGreaterThan(300);
  expect(faultsOf(files)).toEqual([]);
});

test('a file of one line too many is found, and what is no program may be long', () => {
  const files = [
    { path: 'src/modules/owners/owner.ts', lines: 400 },
    { path: 'src/modules/owners/owner-service.ts', lines: 401 },
    { path: 'test/support/database/full-database.sql', lines: 5_000 },
  ];
  expect(faultsOf(files)).toEqual(['src/modules/owners/owner-service.ts has 401 lines']);
});

test('a folder of one file too many is found, whatever lies in folders below it', () => {
  const filesOf = (folder: string, count: number) =>
    Array.from({ length: count }, (_, number) => ({ path: `${folder}/${number}.ts`, lines: 1 }));
  const full = [...filesOf('src/shared', 16), ...filesOf('src/shared/async', 16)];
  expect(faultsOf(full)).toEqual([]);
  expect(faultsOf([...full, ...filesOf('src/infra', 17)])).toEqual(['src/infra has 17 files']);
});
