import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import type { Platform } from '../platform.ts';

type Refused = Pick<Platform, 'database' | 'app'>;

/** What Telegram refuses and nobody has in hand is a day older at once, and due. @returns how many that were */
export async function ageRefused({ database, app }: Refused, kind: string): Promise<number> {
  const aged = await database.$executeRaw`
    UPDATE promises SET refused_at = refused_at - interval '1 day', retry_at = NULL
     WHERE kind = ${kind} AND done_at IS NULL AND claimed_by IS NULL AND refused_at IS NOT NULL`;
  await app.jobs.sweep();
  return aged;
}

/** The same, as soon as there is one that nobody has in hand. */
export async function refusedForADay(platform: Refused, kind: string): Promise<void> {
  await eventually(async () => expect(await ageRefused(platform, kind)).toBeGreaterThan(0));
}
