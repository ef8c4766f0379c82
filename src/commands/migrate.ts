import { loadEnvironmentFile } from '../infra/environment-file.ts';
import { reasonOf } from '../infra/postgres/command-database.ts';
import { migrate } from '../infra/postgres/migrations.ts';
import { atStep, explainStart } from '../start-fault.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    loadEnvironmentFile();
    const variable = process.env['DIRECT_DATABASE_URL'] ? 'DIRECT_DATABASE_URL' : 'DATABASE_URL';
    const url = process.env[variable];
    if (!url) {
      say(
        'Neither DIRECT_DATABASE_URL nor DATABASE_URL is set; the embedded database migrates itself at start.',
      );
      return 0;
    }
    const applied = await atStep({ kind: 'database', url, variable }, () => migrate(url, { say }));
    say(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
    return 0;
  } catch (error) {
    process.stderr.write(`${explainStart(error) ?? reasonOf(error)}\n`);
    return 1;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
