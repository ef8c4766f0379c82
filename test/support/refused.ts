import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { Platform } from './platform.ts';

/** What Telegram refuses is a day older at once, and due; as soon as nobody has it in hand. */
export async function refusedForADay(
  { books, app }: Pick<Platform, 'books' | 'app'>,
  kind: string,
): Promise<void> {
  await eventually(async () => {
    const aged = await books.$executeRaw`
      UPDATE promises SET refused_at = refused_at - interval '1 day', claimed_until = NULL
       WHERE kind = ${kind} AND done_at IS NULL AND claimed_by IS NULL AND refused_at IS NOT NULL`;
    expect(aged).toBeGreaterThan(0);
  });
  await app.rounds.sweep();
}
