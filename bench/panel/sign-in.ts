import type pg from 'pg';
import { hashToken, makeSessionToken } from '../../src/modules/panel-access/session-token.ts';

/** As `openShops` numbers them: the n-th shop, from 1, is the n-th owner's. */
export const ownerOf = (shop: number): number => 1_000_000 + shop;

/**
 * Sessions of people whom the main bot knows, as if each had just opened the panel within Telegram.
 * @param people their Telegram ids; whoever is named twice has two
 * @returns what each of them carries: the headers of a request
 */
export async function signIn(
  client: pg.Client,
  people: readonly number[],
): Promise<{ authorization: string }[]> {
  const tokens = people.map(() => makeSessionToken());
  await client.query(
    `INSERT INTO panel_sessions (token_hash, telegram_id, kind, created_at, last_seen_at, expires_at)
     SELECT decode(hash, 'hex'), person, 'miniApp', now(), now(), now() + interval '12 hours'
       FROM unnest($1::text[], $2::bigint[]) AS one(hash, person)`,
    [tokens.map((token) => hashToken(token).toString('hex')), people],
  );
  return tokens.map((token) => ({ authorization: `Bearer ${token}` }));
}
