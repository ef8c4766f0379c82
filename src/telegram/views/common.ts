import type { InlineKeyboardButton } from 'grammy/types';
import { LANGUAGES, type Language, suggestLanguage, type Translator } from '../../infra/i18n/i18n.ts';
import type { KnownPerson, PersonName } from '../../kernel/person.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import { formatDate } from '../../shared/calendar.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { formatMoney } from '../../shared/money.ts';
import { isolate, readable, shorten } from '../../shared/text.ts';
import { END_USER, LANG, MOD_OWNER } from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';

/** How each language calls itself; never translated. */
const OWN_NAMES: Record<Language, string> = { uz: '🇺🇿 Oʻzbekcha', en: '🇬🇧 English', ru: '🇷🇺 Русский' };

/** The language that Telegram suggests comes first. Asked in all three, because we do not know theirs yet. */
export function languageScreen(languageCode: string | undefined, advertisement: string | null): Screen {
  const first = suggestLanguage(languageCode);
  const order = [first, ...LANGUAGES.filter((language) => language !== first)];
  const text = '🌐 Tilni tanlang · Choose your language · Выберите язык';
  return {
    text: advertisement === null ? text : `${text}\n\n${advertisement}`,
    buttons: order.map((language) => [button(OWN_NAMES[language], LANG.data(language))]),
  };
}

/** "1 month", "lifetime". */
export function durationName(t: Translator, months: number): string {
  return months === 0 ? t('duration.lifetime') : t('duration.months', { count: months });
}

/** The same for a file or a picture. */
export function durationPlain(t: Translator, months: number): string {
  return months === 0 ? t.plain('duration.lifetime') : t.plain('duration.months', { count: months });
}

/**
 * "Aziza Karimova (@aziza)"; the id stands in for a missing username, so that the person can be told apart. Whoever
 * asked to be forgotten is a dash.
 */
export function personName({ fullName, username, telegramUserId }: PersonName): string {
  if (isForgotten({ telegramUserId })) return '—';
  const handle = username === null ? `ID ${telegramUserId}` : `@${username}`;
  const name = readable(fullName);
  return name === '' ? handle : `${shorten(name, MAX_NAME_LENGTH)} (${handle})`;
}

const MAX_NAME_ON_BUTTON = 32;

/** The same on a button, where room is short; the @username where there is no name that can be seen. */
export function nameOnButton(person: PersonName): string {
  if (isForgotten(person)) return '—';
  const name = readable(person.fullName);
  if (name !== '') return isolate(shorten(name, MAX_NAME_ON_BUTTON));
  return person.username === null ? `ID ${person.telegramUserId}` : `@${person.username}`;
}

/** Opens the page of an end user of the owner who reads. */
export function endUserButton(endUser: KnownPerson): InlineKeyboardButton {
  return button(`👤 ${nameOnButton(endUser)}`, END_USER.data(endUser.id));
}

/** Opens the page of an owner, for a moderator. */
export function ownerButton(owner: KnownPerson): InlineKeyboardButton {
  return button(`👤 ${nameOnButton(owner)}`, MOD_OWNER.data(owner.id));
}

const MAX_NAME_LENGTH = 64;
/** Longer titles are cut by Telegram's apps in places that say nothing. */
export const MAX_TITLE_ON_BUTTON = 24;

/** Formats as one viewer sees them. */
export interface Viewer {
  t: Translator;
  timeZone: string;
}

export function money({ t }: Viewer, tiyin: bigint): string {
  return formatMoney(tiyin, t.language);
}

export function date({ t, timeZone }: Viewer, instant: Date): string {
  return formatDate(instant, t.language, timeZone);
}

/** "3 days", "5 hours", "1 hour": whole units, never more than there are. */
export function timeSpan(t: Translator, ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  if (hours >= 48) return t('duration.days', { count: Math.floor(hours / 24) });
  return hours === 0 ? t('duration.lessThanAnHour') : t('duration.hours', { count: hours });
}
