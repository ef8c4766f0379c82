import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MODULES } from '../../src/modules/index.ts';

const ORDER = Object.keys(MODULES);

/** Whatever names another file: imports of values and of types, what is passed on, and what is loaded later. */
const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;

/** What stands in a folder of modules against their order; a file that lies in none may not be imported by one. */
async function faultsIn(modules: string): Promise<string[]> {
  const entries = await readdir(modules, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(relative(modules, entry.parentPath), entry.name));
  const faults = new Set<string>();
  for (const file of files.filter((path) => path.includes('/'))) {
    const module = file.slice(0, file.indexOf('/'));
    if (!ORDER.includes(module)) faults.add(`${module} is in no table of contents`);
    for (const [, path = ''] of (await readFile(join(modules, file), 'utf8')).matchAll(IMPORT)) {
      const imported = join(dirname(file), path);
      const [other = ''] = imported.split('/');
      if (other === '..' || other === module) continue;
      const isBefore = ORDER.includes(other) && ORDER.indexOf(other) < ORDER.indexOf(module);
      if (!isBefore) faults.add(`${file} imports ${imported}`);
    }
  }
  return [...faults].sort();
}

/** A house with these files and nothing else. */
async function house(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'getolog-modules-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  return root;
}

test('each module imports earlier ones only', async () => {
  expect(await faultsIn('src/modules')).toEqual([]);
});

test('each module of the table of contents is there', async () => {
  const entries = await readdir('src/modules', { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect([...ORDER].sort()).toEqual(folders.sort());
});

test.each([
  ['a value', "import { settle } from '../payments/payment.ts';"],
  ['a type', "import type { Payment } from '../payments/payment.ts';"],
  ['over several lines', "import {\n  type Payment,\n  settle,\n} from '../payments/payment.ts';"],
  ['what it passes on', "export * from '../payments/payment.ts';"],
  ['for its effect', "import '../payments/payment.ts';"],
  ['later on', "const { settle } = await import('../payments/payment.ts');"],
  ['the type of a module', "type Payments = typeof import('../payments/payment.ts');"],
])('a module that imports one below it is found: %s', async (_what, text) => {
  const root = await house({ 'owners/owner.ts': text, 'payments/payment.ts': '' });
  expect(await faultsIn(root)).toEqual(['owners/owner.ts imports payments/payment.ts']);
});

test('of a circle the way up is found', async () => {
  const root = await house({
    'subscriptions/ending.ts': "import { revoke } from '../access/links.ts';",
    'access/links.ts': "import { endAccess } from '../subscriptions/ending.ts';",
  });
  expect(await faultsIn(root)).toEqual(['subscriptions/ending.ts imports access/links.ts']);
});

test('a module that imports the table of contents, or what joins them all, is found', async () => {
  const root = await house({
    'owners/deep/owner.ts': "import { FOLLOWERS } from '../../index.ts';",
    'index.ts': '',
  });
  expect(await faultsIn(root)).toEqual(['owners/deep/owner.ts imports index.ts']);
});

test('a folder that the table of contents does not name is found', async () => {
  const root = await house({ 'gifts/gift.ts': '' });
  expect(await faultsIn(root)).toEqual(['gifts is in no table of contents']);
});

test('what is above, and what is no module, may be imported', async () => {
  const root = await house({
    'payments/payment.ts':
      "import type { Owner } from '../owners/owner.ts';\nimport { toPayment } from './to-payment.ts';\n" +
      "import type { Work } from '../../kernel/unit-of-work.ts';\nimport { z } from 'zod';",
  });
  expect(await faultsIn(root)).toEqual([]);
});
