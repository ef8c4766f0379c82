import type { InlineKeyboardButton } from 'grammy/types';
import { LANGUAGES, type Language, suggestLanguage, type Translator } from '../../infra/i18n/i18n.ts';
import type { KnownPerson, PersonName } from '../../kernel/person.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { Channel } from '../../modules/channels/channel.ts';
import type { Currency } from '../../modules/payments/payment.ts';
import type { Duration } from '../../modules/plans/duration.ts';
import type { Plan } from '../../modules/plans/plan.ts';
import { formatDate, formatDay, formatTypedDate } from '../../shared/calendar.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { formatMoney, formatSum, TIYIN, toDecimalString } from '../../shared/money.ts';
import { isolate, readable, shorten } from '../../shared/text.ts';
import { END_USER, HOME, LANG, MOD_OWNER, RECEIPT } from '../common/routes.ts';
import { button, type Screen, webApp } from '../common/screen.ts';

/** How each language calls itself; never translated. */
const OWN_NAMES: Record<Language, string> = { uz: '🇺🇿 Oʻzbekcha', en: '🇬🇧 English', ru: '🇷🇺 Русский' };

/**
 * The language that Telegram suggests comes first. Asked in all three, because we may not know theirs yet.
 * @param options `back`: to whoever has one, it is said in theirs
 */
export function languageScreen(
  languageCode: string | undefined,
  { advertisement = null, back }: { advertisement?: string | null; back?: Translator | null } = {},
): Screen {
  const first = suggestLanguage(languageCode);
  const order = [first, ...LANGUAGES.filter((language) => language !== first)];
  const text = '🌐 Tilni tanlang · Choose your language · Выберите язык';
  return {
    text: advertisement === null ? text : `${text}\n\n${advertisement}`,
    buttons: [
      ...order.map((language) => [button(OWN_NAMES[language], LANG.data(language))]),
      ...(back ? [[button(back('button.back'), HOME.data())]] : []),
    ],
  };
}

/** "1 month", "lifetime". */
export function monthsName(t: Words, months: number): string {
  return months === 0 ? t('duration.lifetime') : t('duration.months', { count: months });
}

/** "1 month", "7 days", "until 31.12.2026", "lifetime". @param t `t.plain` for a file or a picture */
export function durationName(t: Words, duration: Duration): string {
  switch (duration.kind) {
    case 'months':
      return monthsName(t, duration.months);
    case 'days':
      return t('duration.days', { count: duration.days });
    case 'until':
      return t('duration.until', { date: formatTypedDate(duration.endsOn) });
  }
}

type Words = Translator | Translator['plain'];

/** What a plan is called: as its owner calls it, else by its duration. */
export function planName(t: Translator, { name, duration }: Pick<Plan, 'name' | 'duration'>): string {
  return name === null ? durationName(t, duration) : t('plans.named', { name });
}

/** The same on a button. */
export function planOnButton(t: Translator, { name, duration }: Pick<Plan, 'name' | 'duration'>): string {
  return name === null ? durationName(t, duration) : isolate(shorten(name, MAX_TITLE_ON_BUTTON));
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

/** A telephone shows no more of a button that has a row to itself, and cuts the rest in a place that says nothing. */
export const MAX_BUTTON_LENGTH = 28;
const MAX_TITLE_ON_BUTTON = 16;
const MAX_USERNAME_ON_BUTTON = 22;

/** A button's text around somebody's words, of which as many stay as there is room for. */
function around(write: (words: string) => string, words: string, most: number): string {
  const room = MAX_BUTTON_LENGTH - Array.from(write('')).length;
  return write(isolate(shorten(words, Math.min(most, room))));
}

/** The first wording that a button shows whole; else the one that says the least. */
export function shortEnough(wordings: readonly string[], shortest: string): string {
  return wordings.find((words) => Array.from(words).length <= MAX_BUTTON_LENGTH) ?? shortest;
}

/** The title of a chat among the words of a button. */
export function titleOnButton(write: (title: string) => string, title: string): string {
  return around(write, title, MAX_TITLE_ON_BUTTON);
}

/** The username of a bot among the words of a button. */
export function usernameOnButton(write: (username: string) => string, username: string): string {
  return around(write, username, MAX_USERNAME_ON_BUTTON);
}

/** Who it is on a button, in short; the @username where there is no name that can be seen. */
export function nameOnButton(write: (name: string) => string, person: PersonName): string {
  if (isForgotten(person)) return write('—');
  const name = readable(person.fullName);
  const handle = person.username === null ? `ID ${person.telegramUserId}` : `@${person.username}`;
  return around(write, name === '' ? handle : name, MAX_BUTTON_LENGTH);
}

/** A page of the panel, within Telegram; nothing where that cannot be. @param path below `/panel/` */
export function panelButton({ panelPages }: Viewer, text: string, path: string): InlineKeyboardButton[] {
  return panelPages === undefined ? [] : [webApp(text, `${panelPages}${path}`)];
}

/** The same of one receipt, as a row. */
export function receiptInPanel(
  viewer: Viewer,
  { telegramBotId, paymentId }: { telegramBotId: bigint; paymentId: number },
): InlineKeyboardButton[][] {
  const row = panelButton(
    viewer,
    viewer.t('panel.seeInPanel'),
    `bots/${telegramBotId}/receipts/${paymentId}`,
  );
  return row.length === 0 ? [] : [row];
}

/** Opens the page of an end user of the owner who reads. */
export function endUserButton(endUser: KnownPerson): InlineKeyboardButton {
  return button(
    nameOnButton((name) => `👤 ${name}`, endUser),
    END_USER.data(endUser.id),
  );
}

/** Opens the page of an owner, for a moderator. */
export function ownerButton(owner: KnownPerson): InlineKeyboardButton {
  return button(
    nameOnButton((name) => `👤 ${name}`, owner),
    MOD_OWNER.data(owner.id),
  );
}

/** Two buttons a row, where each is short. */
export function inPairs<T>(items: readonly T[]): T[][] {
  return items.flatMap((_, index) => (index % 2 === 0 ? [items.slice(index, index + 2)] : []));
}

export function chatMark({ type }: Pick<Channel, 'type'>): string {
  return type === 'channel' ? '📢' : '👥';
}

/** Those of every chat that a plan opens. */
export function planMark(
  channels: readonly Pick<Channel, 'id' | 'type'>[],
  { channelIds }: Pick<Plan, 'channelIds'>,
): string {
  return channels
    .filter(({ id }) => channelIds.includes(id))
    .map(chatMark)
    .join('');
}

/** "📢 Channel: Yoga club". */
export function chatName({ t }: Viewer, { type, title }: Pick<Channel, 'type' | 'title'>): string {
  return t(type === 'channel' ? 'bot.channel' : 'bot.group', { title });
}

/** Brings a receipt that waits: who sent it, and how much. */
export function receiptButton(
  viewer: Viewer,
  { id, amount, currency }: { id: number; amount: bigint; currency: Currency },
  payer: PersonName,
): InlineKeyboardButton {
  return button(
    nameOnButton((name) => `${name} · ${money(viewer, amount, currency)}`, payer),
    RECEIPT.data(id),
  );
}

const MAX_NAME_LENGTH = 64;

/** Formats as one viewer sees them. */
export interface Viewer {
  t: Translator;
  timeZone: string;
  /** The panel's pages, where they open within Telegram and from this bot. */
  panelPages?: string | undefined;
}

/** As a banking app takes it: digits, and a point only where there is a fraction. */
export function plainAmount(tiyin: bigint): string {
  return toDecimalString(tiyin).replace(/\.00$/, '');
}

/** @param amount tiyin, or whole Stars */
export function money({ t }: Viewer, amount: bigint, currency: Currency = 'UZS'): string {
  return currency === 'XTR' ? starsOf(t, amount) : formatMoney(amount, t.language);
}

/** What a plan costs, where it has to be short. */
export function shortCost({ t }: Viewer, { price, starsPrice }: PlanCost): string {
  return starsPrice === null ? formatSum(price, t.language) : starsOf(t, BigInt(starsPrice));
}

/** In words of which the last are the shortest. */
export function costsOf(viewer: Viewer, cost: PlanCost): string[] {
  const short = shortCost(viewer, cost);
  return cost.starsPrice === null ? [money(viewer, cost.price), short] : [short];
}

interface PlanCost {
  /** Tiyin. */
  price: bigint;
  /** Whole Stars, where nothing else is taken; null: something is. */
  starsPrice: number | null;
}

const starsOf = (t: Translator, stars: bigint): string => `${formatSum(stars * TIYIN, t.language)}\u00a0⭐`;

/** With which code something is paid, and what it would cost without; nothing where there is none. */
export function promoLine(
  viewer: Viewer,
  { listPrice }: { listPrice: bigint | null },
  promo: { code: string; days: number } | null,
): string[] {
  const { t } = viewer;
  if (listPrice === null || promo === null) return [];
  const { code, days } = promo;
  const old = money(viewer, listPrice);
  return [
    days > 0
      ? t('promo.addsDays', { code, days: t('duration.days', { count: days }), price: old })
      : t('promo.insteadOf', { code, old }),
  ];
}

export function date({ t, timeZone }: Viewer, instant: Date): string {
  return formatDate(instant, t.language, timeZone);
}

/** Where the time of day would only be in the way. */
export function day({ t, timeZone }: Viewer, instant: Date): string {
  return formatDay(instant, t.language, timeZone);
}

/** "3 days", "5 hours", "1 hour": whole units, never more than there are. */
export function timeSpan(t: Translator, ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  if (hours >= 48) return t('duration.days', { count: Math.floor(hours / 24) });
  return hours === 0 ? t('duration.lessThanAnHour') : t('duration.hours', { count: hours });
}
