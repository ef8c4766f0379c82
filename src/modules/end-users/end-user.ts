import type { Language } from '../../infra/i18n/i18n.ts';
import { type EndUser as EndUserRow, Prisma } from '../../infra/prisma-client/client.ts';
import type { ManagerRole } from '../../kernel/rights.ts';
import { foldForSearch, SEARCH_FOLDING } from '../../shared/typed.ts';

/** A person as one seller bot knows them; the same person at another bot is another end user. */
export interface EndUser {
  id: number;
  telegramUserId: bigint;
  username: string | null;
  fullName: string;
  language: Language;
  /** False until they picked one themselves. */
  hasChosenLanguage: boolean;
  /** The plan that they came for before they had chosen a language. */
  wantedPlanId: number | null;
  banned: boolean;
}

/** Somebody who was here before, as they were then. */
export interface KnownEndUser extends Omit<EndUser, 'telegramUserId'> {
  hasBlocked: boolean;
  /** Whether what they write may be an answer. */
  hasOpenQuestion: boolean;
  /** With what they help the bot's owner; null: with nothing. */
  helpsAs: ManagerRole | null;
}

/** A `KnownEndUser`, of an end user `e` whom a question `q` names by `telegram_bot_id` and `telegram_user_id`. */
export const KNOWN_END_USER_COLUMNS = `
  e.id, e.username, e.full_name AS "fullName", e.language, e.banned,
  e.wanted_plan_id AS "wantedPlanId", e.language_chosen_at IS NOT NULL AS "hasChosenLanguage", e.blocked_at IS NOT NULL AS "hasBlocked",
  EXISTS (SELECT FROM open_questions
           WHERE telegram_bot_id = q.telegram_bot_id AND telegram_user_id = q.telegram_user_id) AS "hasOpenQuestion",
  (SELECT role FROM bot_managers
    WHERE user_bot_id = e.user_bot_id AND telegram_id = e.telegram_id AND status = 'active') AS "helpsAs"`;

/**
 * Whose name or @username holds what was typed, or whose Telegram id it is; nothing typed matches nobody. A condition on
 * `full_name`, `username` and `telegram_id` of the one table that is asked.
 */
export function personMatches(typed: string): Prisma.Sql {
  const text = foldForSearch(typed).trim().replace(/^@/, '');
  if (text === '') return Prisma.sql`FALSE`;
  // `%` and `_` stand for themselves, and names are full of the latter.
  const contains = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const id = /^\d{1,18}$/.test(text) ? BigInt(text) : null;
  const { from, to } = SEARCH_FOLDING;
  // Few names hold anything to fold, and to fold one costs as much as to look at ten.
  return Prisma.sql`(username ILIKE ${contains} OR full_name ILIKE ${contains}
    OR full_name ~ ${`[${from}]`} AND translate(full_name, ${from}, ${to}) ILIKE ${contains}
    OR telegram_id = ${id}::bigint)`;
}

export function fromKnown(row: KnownEndUser, telegramUserId: bigint): EndUser {
  const { id, username, fullName, language, hasChosenLanguage, wantedPlanId, banned } = row;
  return { id, telegramUserId, username, fullName, language, hasChosenLanguage, wantedPlanId, banned };
}

export function toEndUser(row: EndUserRow): EndUser {
  return {
    id: row.id,
    telegramUserId: row.telegramUserId,
    username: row.username,
    fullName: row.fullName,
    language: row.language as Language,
    hasChosenLanguage: row.languageChosenAt !== null,
    wantedPlanId: row.wantedPlanId,
    banned: row.banned,
  };
}
