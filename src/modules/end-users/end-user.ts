import type { Language } from '../../infra/i18n.ts';
import type { EndUser as EndUserRow } from '../../infra/prisma-client/client.ts';
import type { PaymentStatus } from '../payments/payment.ts';

/** A person as one seller bot knows them; the same person at another bot is another end user. */
export interface EndUser {
  id: number;
  telegramUserId: bigint;
  username: string | null;
  fullName: string;
  language: Language;
  /** False until they picked one themselves. */
  hasChosenLanguage: boolean;
  banned: boolean;
}

export type SubscriptionState = 'active' | 'expired' | 'kicked';

/** A person as their owner looks at them; the newest first. */
export interface EndUserPage {
  endUser: EndUser;
  since: Date;
  /** The bot cannot write to them. */
  hasClosedBot: boolean;
  subscriptions: { title: string; status: SubscriptionState; expiresAt: Date | null }[];
  payments: { id: number; title: string; amount: bigint; status: PaymentStatus; createdAt: Date }[];
}

/** Whose name or @username holds what was typed, or whose Telegram id it is; nothing typed matches nobody. */
export function personMatches(typed: string) {
  const text = typed.trim().replace(/^@/, '');
  if (text === '') return [];
  const id = /^\d{1,18}$/.test(text) ? [{ telegramUserId: BigInt(text) }] : [];
  // `%` and `_` stand for themselves, and names are full of the latter.
  const contains = { contains: text.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } as const;
  return [{ username: contains }, { fullName: contains }, ...id];
}

export function toEndUser(row: EndUserRow): EndUser {
  return {
    id: row.id,
    telegramUserId: row.telegramUserId,
    username: row.username,
    fullName: row.fullName,
    language: row.language as Language,
    hasChosenLanguage: row.languageChosenAt !== null,
    banned: row.banned,
  };
}
