import { Fernet, isFernetKey } from '../infra/crypto/fernet.ts';
import { createWebhookSecrets } from '../infra/crypto/webhook-secret.ts';
import { loadEnvironmentFile } from '../infra/environment-file.ts';
import { reasonOf, withServersDatabase } from '../infra/postgres/command-database.ts';
import { createDatabase } from '../infra/postgres/prisma.ts';
import { rotateSecrets } from '../modules/platform/stored-secrets.ts';
import { createWebhookKeyService } from '../modules/platform/webhook-key.ts';
import { systemClock } from '../shared/clock.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    loadEnvironmentFile();
    const keys = (process.env['ENCRYPTION_KEY'] ?? '')
      .split(',')
      .map((key) => key.trim())
      .filter(Boolean);
    if (keys.length === 0 || !keys.every(isFernetKey)) {
      return complain(
        'ENCRYPTION_KEY must be Fernet keys, separated by commas: the new one first, then those in use.',
      );
    }
    return await withServersDatabase(process.env, 'refuse', (databaseUrl) => rotate(databaseUrl, keys));
  } catch (error) {
    return complain(reasonOf(error));
  }
}

async function rotate(databaseUrl: string, keys: readonly string[]): Promise<number> {
  const database = createDatabase({ url: databaseUrl, poolSize: 1 });
  const { prisma } = database;
  try {
    const { renewed, current, unreadable } = await rotateSecrets({
      prisma,
      clock: systemClock,
      fernet: new Fernet(keys),
    });
    say(`Encrypted anew with the first key: ${renewed}. With it already: ${current}.`);
    if (unreadable > 0) {
      return complain(`Not readable with any of these keys: ${unreadable}. Add the key that they need.`);
    }
    const areSet = await createWebhookKeyService({ prisma, clock: systemClock }).isEverywhere(
      createWebhookSecrets(keys).fingerprint,
    );
    say(
      areSet
        ? 'Every webhook has its new secret too: the other keys may go at the next start.'
        : 'A server that is started with these keys sets every webhook anew. Run this again afterwards: it says when the other keys may go.',
    );
    return 0;
  } catch (error) {
    // Without its words, which may repeat values of rows.
    return complain(
      `The database could not be changed (${error instanceof Error ? error.name : 'unknown'}).`,
    );
  } finally {
    await database.close();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): number {
  process.stderr.write(`${line}\n`);
  return 1;
}
