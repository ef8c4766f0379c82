import type { Db } from '../../../kernel/unit-of-work.ts';

/** So long the place is kept for a process that says nothing; by the database's clock. */
const HELD_SECONDS = 10;
/** A living process says so this often. */
export const RENEW_EVERY_MS = 3_000;

/**
 * One process of all sends broadcasts, so that it keeps the pace of all bots.
 * @returns `kept`: it was ours already; `taken`: it was free, and whoever had it may have died; null: it is another's
 */
export async function takePlace(db: Db, processId: string): Promise<'kept' | 'taken' | null> {
  const [place] = await db.$queryRaw<{ wasOurs: boolean }[]>`
    WITH before AS (SELECT process_id, held_until FROM broadcast_sender WHERE id = 1)
    INSERT INTO broadcast_sender AS s (id, process_id, held_until)
    VALUES (1, ${processId}, now() + make_interval(secs => ${HELD_SECONDS}))
    ON CONFLICT (id) DO UPDATE SET process_id = excluded.process_id, held_until = excluded.held_until
     WHERE s.process_id = excluded.process_id OR s.held_until <= now()
    RETURNING coalesce((SELECT b.process_id = ${processId} AND b.held_until > now() FROM before b), false) AS "wasOurs"`;
  if (!place) return null;
  return place.wasOurs ? 'kept' : 'taken';
}

/** Another process need not wait. */
export async function leavePlace(db: Db, processId: string): Promise<void> {
  await db.$executeRaw`
    UPDATE broadcast_sender SET held_until = now() WHERE id = 1 AND process_id = ${processId}`;
}
