import { BackupError, checkBackupFile } from '../infra/backup/backup-file.ts';
import { restoreDatabase } from '../infra/backup/restore.ts';
import { loadEnvironmentFile } from '../infra/environment-file.ts';
import { reasonOf, withServersDatabase } from '../infra/postgres/command-database.ts';

const USAGE = 'Usage: npm run restore -- <backup file>';

try {
  loadEnvironmentFile();
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  const [file, ...rest] = args;
  if (file === undefined || rest.length > 0 || file.startsWith('-')) throw new BackupError(USAGE);
  const backup = await checkBackupFile(file);
  await withServersDatabase(process.env, 'make', async (url) => {
    const { createdAt, tables, rows, heldBroadcasts } = await restoreDatabase(url, backup, say);
    say(`${rows} rows of ${tables} tables are back as they were at ${createdAt}.`);
    if (heldBroadcasts > 0) {
      say(
        `Broadcasts that were under way then and wait now, because many may have them already: ${heldBroadcasts}. ` +
          'Their owners continue or cancel them in their bots.',
      );
    }
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
