import type { Platform } from './platform.ts';

/** What Telegram refuses is a day older at once, and due. */
export async function refusedForADay(
  { books, app }: Pick<Platform, 'books' | 'app'>,
  kind: string,
): Promise<void> {
  await books.$executeRaw`
    UPDATE promises SET refused_at = refused_at - interval '1 day', claimed_until = NULL
     WHERE kind = ${kind} AND done_at IS NULL AND claimed_by IS NULL AND refused_at IS NOT NULL`;
  await app.rounds.sweep();
}
