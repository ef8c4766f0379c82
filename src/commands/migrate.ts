import { config } from 'dotenv';
import { migrate } from '../infra/migrations.ts';

config({ quiet: true });

process.exitCode = await main();

async function main(): Promise<number> {
  const databaseUrl = process.env['DIRECT_DATABASE_URL'] || process.env['DATABASE_URL'];
  if (!databaseUrl) {
    say(
      'Neither DIRECT_DATABASE_URL nor DATABASE_URL is set; the embedded database migrates itself at start.',
    );
    return 0;
  }
  try {
    const applied = await migrate(databaseUrl, { say });
    say(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
