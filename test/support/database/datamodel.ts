import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Of what Prisma reads in a schema, the part that ends up in the database. */
export interface Datamodel {
  models: Model[];
  indexes: { model: string; type: 'id' | 'unique' | 'normal'; fields: { name: string }[] }[];
}

export interface Model {
  name: string;
  dbName: string | null;
  fields: Field[];
}

export interface Field {
  name: string;
  dbName?: string;
  kind: 'scalar' | 'object';
  type: string;
  nativeType: [name: string, parameters: string[]] | null;
  isRequired: boolean;
  isList: boolean;
  default?: string | number | boolean | { name: string };
  /** Of a relation that has its columns here; empty on the other side. */
  relationFromFields?: string[];
  relationToFields?: string[];
  relationOnDelete?: string;
  relationOnUpdate?: string;
}

const run = promisify(execFile);

const projectFile = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Reads `prisma/schema.prisma` with Prisma's own parser. */
export async function readDatamodel(): Promise<Datamodel> {
  const directory = await mkdtemp(join(tmpdir(), 'getolog-schema-'));
  try {
    const output = join(directory, 'datamodel.json');
    const schema = join(directory, 'schema.prisma');
    const generator = `node --import tsx '${projectFile('test/support/database/datamodel-generator.ts')}'`;
    const written = await readFile(projectFile('prisma/schema.prisma'), 'utf8');
    const ours = `generator datamodel {\n  provider = "${generator}"\n  output = "${output}"\n}\n`;
    await writeFile(schema, written.replace(/^generator client \{.*?^\}\n/ms, ours));
    await run(projectFile('node_modules/.bin/prisma'), ['generate', '--schema', schema], {
      cwd: projectFile('.'),
      // Any program stands in for the engine, so that none is downloaded.
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
    });
    return JSON.parse(await readFile(output, 'utf8'));
  } finally {
    await rm(directory, { recursive: true });
  }
}
