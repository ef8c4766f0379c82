import type { Context } from 'grammy';
import type { Translator } from '../infra/i18n.ts';
import type { EndUser } from '../modules/end-users/end-user.ts';
import type { Owner } from '../modules/owners/owner.ts';
import type { Person, TenantScope } from '../shared/tenant-scope.ts';

/** What every handler has: the person's language. Set by the first middleware of either bot. */
export interface BotContext extends Context {
  t: Translator;
}

export interface MainContext extends BotContext {
  owner: Owner;
}

export interface SellerContext extends BotContext {
  /** Bound by the registry before anything else. */
  scope: TenantScope;
  /** Present in private chats only, where a person speaks. */
  endUser: EndUser;
}

/** The person behind an update, in the product's words. Null for updates that nobody sent. */
export function personOf(context: Context): Person | null {
  const { from } = context;
  if (!from || from.is_bot) return null;
  return {
    telegramUserId: BigInt(from.id),
    username: from.username ?? null,
    fullName: [from.first_name, from.last_name].filter(Boolean).join(' '),
    languageCode: from.language_code,
  };
}

export function telegramBotIdOf(context: Context): bigint {
  return BigInt(context.me.id);
}

export function telegramUserIdOf(context: Context & { from: { id: number } }): bigint {
  return BigInt(context.from.id);
}
