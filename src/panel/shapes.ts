import type { KnownPerson } from '../kernel/person.ts';
import { isForgotten } from '../kernel/tenant-scope.ts';
import type { Duration } from '../modules/plans/duration.ts';
import type { Language } from '../shared/languages.ts';
import { toDecimalString } from '../shared/money.ts';
import type { Inviter, Money, Person } from './contract/shapes.ts';

/** @param amount tiyin, or whole Stars */
export function toMoney(amount: bigint, currency: Money['currency'] = 'UZS'): Money {
  return { amount: currency === 'XTR' ? String(amount) : toDecimalString(amount), currency };
}

/** Whoever was forgotten has no id of Telegram's. */
export function toPerson(known: {
  id: number;
  telegramUserId: bigint;
  fullName: string;
  username: string | null;
  language: Language;
  banned: boolean;
  blockedAt: Date | null;
}): Person {
  return {
    id: known.id,
    telegramId: isForgotten(known) ? null : String(known.telegramUserId),
    name: known.fullName,
    username: known.username,
    language: known.language,
    banned: known.banned,
    closedBot: known.blockedAt !== null,
  };
}

export function toInviter({ id, fullName, username }: KnownPerson): Inviter {
  return { id, name: fullName, username };
}

/** What is sold, by how long it lasts. */
export function toPlanName({ id, name }: { id: number; name: string | null }, duration: Duration) {
  return {
    id,
    months: duration.kind === 'months' ? duration.months : null,
    days: duration.kind === 'days' ? duration.days : null,
    until: duration.kind === 'until' ? duration.endsOn : null,
    name,
  };
}
