import type { Context } from 'grammy';
import type { Translator } from '../infra/i18n.ts';
import type { EndUser } from '../modules/end-users/end-user.ts';
import type { Owner } from '../modules/owners/owner.ts';
import type { Person, TenantScope } from '../shared/tenant-scope.ts';
import { shorten } from '../shared/text.ts';

/** What every handler has: the person's language. Set by the first middleware of either bot. */
export interface BotContext extends Context {
  t: Translator;
  /** Whether this message may be the answer to a question; absent: nobody has looked yet. */
  hasOpenQuestion: boolean | undefined;
}

export interface MainContext extends BotContext {
  owner: Owner;
}

export interface SellerContext extends BotContext {
  /** Bound by the registry before anything else. */
  scope: TenantScope;
  /** Whether the person of this update owns the bot. */
  isOwner: boolean;
  /**
   * Who speaks in a private chat, as this bot knows them. An owner becomes an end user of their own bot only by
   * acting as one.
   */
  endUser: () => Promise<EndUser>;
}

/** Twice Telegram's limit for each of its parts. */
const MAX_FULL_NAME_LENGTH = 129;

/** The person behind an update, in the product's words. Null for updates that nobody sent. */
export function personOf(context: Context): Person | null {
  const { from } = context;
  if (!from || from.is_bot) return null;
  return {
    telegramUserId: BigInt(from.id),
    username: from.username ?? null,
    fullName: shorten([from.first_name, from.last_name].filter(Boolean).join(' '), MAX_FULL_NAME_LENGTH),
    languageCode: from.language_code,
  };
}

export function telegramBotIdOf(context: Context): bigint {
  return BigInt(context.me.id);
}

/** @throws TypeError for an update that nobody sent; handlers of messages and presses never see one */
export function telegramUserIdOf({ from }: Pick<Context, 'from'>): bigint {
  if (!from) throw new TypeError('An update that nobody sent');
  return BigInt(from.id);
}
