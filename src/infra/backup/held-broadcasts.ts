import type pg from 'pg';

/**
 * What was being sent to many when a backup was made has gone on since, and nobody knows any more to whom: it waits for a word of
 * whoever it belongs to. One that was to start is a draft again.
 * @returns how many
 */
export async function holdBroadcasts(client: pg.Client): Promise<number> {
  // A backup of an older program has none.
  const { rows } = await client.query<{ isThere: boolean }>(
    `SELECT to_regclass('broadcasts') IS NOT NULL AS "isThere"`,
  );
  if (!rows[0]?.isThere) return 0;
  const paused = await client.query(
    `UPDATE broadcasts SET status = 'paused', pause_reason = 'asked', paused_at = now() WHERE status = 'sending'`,
  );
  const drafts = await client.query(
    `UPDATE broadcasts SET status = 'draft', starts_at = NULL WHERE status = 'scheduled'`,
  );
  return (paused.rowCount ?? 0) + (drafts.rowCount ?? 0);
}
