import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { backUpDatabase } from '../infra/backup/backup.ts';
import { BackupError } from '../infra/backup/backup-file.ts';
import { loadEnvironmentFile } from '../infra/environment-file.ts';
import { reasonOf, withServersDatabase } from '../infra/postgres/command-database.ts';

const USAGE = 'Usage: npm run backup [-- <directory or file>]; without one it goes into backups/.';

try {
  loadEnvironmentFile();
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  const [place = 'backups', ...rest] = args;
  if (rest.length > 0 || place.startsWith('-')) throw new BackupError(USAGE);
  const file = (await isFile(place)) ? place : join(place, fileName(new Date()));
  await withServersDatabase(process.env, 'refuse', async (url) => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const { tables, rows } = await backUpDatabase(url, file);
    const { size } = await stat(file);
    process.stdout.write(
      `${file}: ${rows} rows of ${tables} tables, ${Math.ceil(size / 1024)} KB. ` +
        'Its tokens stay encrypted: without ENCRYPTION_KEY, which is not in it, the bots are lost.\n',
    );
  });
}

/** A name with an ending is a file's, unless a directory has it. */
async function isFile(place: string): Promise<boolean> {
  if (existsSync(place)) return !(await stat(place)).isDirectory();
  return extname(place) !== '' && !place.endsWith('/');
}

/** The moment in UTC, so that names sort by age; without colons, which not every system takes. */
function fileName(now: Date): string {
  return `getolog-${now.toISOString().slice(0, 19).replaceAll(':', '')}Z.jsonl.gz`;
}
