import type { Middleware } from 'grammy';
import type { Update } from 'grammy/types';
import { findBotToken, looksLikeBrokenToken } from '../../modules/seller-bots/seller-bot.ts';
import type { BotContext } from '../common/context.ts';
import * as ROUTES from '../common/routes.ts';
import { send } from '../common/screen.ts';
import { personOf } from '../intake/update-schema.ts';

const UNLIMITED = Object.values(ROUTES).filter(({ neverLimited }) => neverLimited);
/** One expression, because every press is held against it. */
const LOOKS_UNLIMITED = new RegExp(UNLIMITED.map(({ regex }) => regex.source).join('|'));

/** What only looks like one of those, such as a method of paying that there is not, counts like any other. */
function isNeverLimited(data: string): boolean {
  return LOOKS_UNLIMITED.test(data) && UNLIMITED.some((route) => route.read(data) !== null);
}

/** Whose messages and presses this update adds to; null where it may come as often as it likes. */
export function countedPersonOf(update: Update): number | null {
  const { message, callback_query: press } = update;
  if (message?.successful_payment || message?.refunded_payment) return null;
  if ((message ?? press?.message)?.chat.type !== 'private') return null;
  if (press && isNeverLimited(press.data ?? '')) return null;
  // A receipt; but a token below a picture is read, asked about and stored like any other.
  if ((message?.photo || message?.document) && !mayHoldToken(message.caption)) return null;
  return personOf(update);
}

function mayHoldToken(caption = ''): boolean {
  return findBotToken(caption) !== null || looksLikeBrokenToken(caption);
}

/** One polite word to whoever was too fast, then silence; a press is answered all the same. */
export const rateLimit: Middleware<BotContext> = async (context, next) => {
  if (context.senderRate === 'fine') return next();
  if (context.press) await context.press.say(context.t.plain('tooFast'));
  else if (context.senderRate === 'too-fast') await send(context, { text: context.t('tooFast') });
};
