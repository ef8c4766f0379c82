import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { config } from 'dotenv';
import { backUpDatabase } from '../infra/backup.ts';
import { BackupError } from '../infra/backup-file.ts';
import { reasonOf, withServersDatabase } from '../infra/command-database.ts';

const USAGE = 'Usage: npm run backup [-- <directory>]; without a directory it is backups/.';

config({ quiet: true });

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  const [directory = 'backups', ...rest] = args;
  if (rest.length > 0 || directory.startsWith('-')) throw new BackupError(USAGE);
  if (existsSync(directory) && !(await stat(directory)).isDirectory()) {
    throw new BackupError(`${directory} is not a directory. ${USAGE}`);
  }
  await withServersDatabase(process.env, 'refuse', async (url) => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const file = join(directory, fileName(new Date()));
    const { tables, rows } = await backUpDatabase(url, file);
    const { size } = await stat(file);
    process.stdout.write(
      `${file}: ${rows} rows of ${tables} tables, ${Math.ceil(size / 1024)} KB. ` +
        'Its tokens stay encrypted: without ENCRYPTION_KEY, which is not in it, the bots are lost.\n',
    );
  });
}

/** The moment in UTC, so that names sort by age; without colons, which not every system takes. */
function fileName(now: Date): string {
  return `getolog-${now.toISOString().slice(0, 19).replaceAll(':', '')}Z.jsonl.gz`;
}
