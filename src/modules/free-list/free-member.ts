import { type FreeMember as FreeMemberRow, Prisma } from '../../infra/prisma-client/client.ts';
import type { PersonName } from '../../kernel/person.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { toAsciiDigits } from '../../shared/digits.ts';

/** Longest note about somebody, in characters. */
export const MAX_NOTE_LENGTH = 64;

/** Somebody whom nobody removes. */
export interface FreeMember {
  id: number;
  /** `fullName` empty: nobody knows how they are called. */
  person: PersonName;
  /** The one chat; null: every chat of the bot. */
  channelId: number | null;
  note: string | null;
}

/** @param known how the bot knows them; null: it does not */
export function toFreeMember(row: FreeMemberRow, known: PersonName | null): FreeMember {
  const { id, channelId, note, name, telegramUserId } = row;
  return { id, channelId, note, person: known ?? { fullName: name, username: null, telegramUserId } };
}

/** Whether the holder of a subscription `d` is on the free list of its chat. A ban wins. */
export const IS_FREE = Prisma.sql`EXISTS (
  SELECT FROM end_users fe
    JOIN free_members f ON f.user_bot_id = fe.user_bot_id AND f.telegram_id = fe.telegram_id
   WHERE fe.id = d.end_user_id AND NOT fe.banned AND (f.channel_id IS NULL OR f.channel_id = d.channel_id))`;

/**
 * Whether somebody is on the free list of a chat. The list of the bot that has the chat now counts; where none has it, that
 * of a bot which had it. A ban wins.
 */
export async function isFree(db: Db, telegramChatId: bigint, telegramUserId: bigint): Promise<boolean> {
  const [row] = await db.$queryRaw<{ isFree: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM free_members f
        JOIN user_bots b ON b.id = f.user_bot_id AND b.removed_at IS NULL
        JOIN channels c ON c.user_bot_id = b.id AND c.telegram_chat_id = ${telegramChatId}
       WHERE f.telegram_id = ${telegramUserId} AND (f.channel_id IS NULL OR f.channel_id = c.id)
         AND NOT EXISTS (SELECT FROM end_users e
                          WHERE e.user_bot_id = b.id AND e.telegram_id = f.telegram_id AND e.banned)
         AND NOT EXISTS (SELECT FROM channels o JOIN user_bots ob ON ob.id = o.user_bot_id AND ob.removed_at IS NULL
                          WHERE o.telegram_chat_id = c.telegram_chat_id AND o.user_bot_id <> b.id
                            AND o.connected_at IS NOT NULL AND o.disconnected_at IS NULL)) AS "isFree"`;
  return row?.isFree ?? false;
}

/** Whom an owner means: by id or @username, and what follows is a note. Null: it can be nobody. */
export function readTyped(
  text: string,
): { who: { telegramUserId: bigint } | { username: string }; note: string | null } | null {
  const [, first = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text.trim()) ?? [];
  const note = rest.trim() || null;
  const digits = toAsciiDigits(first);
  // Ids of people fit into 52 bits.
  if (/^[1-9]\d{4,15}$/.test(digits)) return { who: { telegramUserId: BigInt(digits) }, note };
  const username = /^@?([A-Za-z]\w{3,31})$/.exec(first)?.[1];
  return username === undefined ? null : { who: { username }, note };
}
