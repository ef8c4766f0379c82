import { type Api, GrammyError, type Transformer } from 'grammy';
import { DeliveryError } from '../../kernel/outbox/delivery-error.ts';
import { MINUTE_MS } from '../../shared/durations.ts';
import { toDeliveryError } from './api-errors.ts';
import { isIntoPrivateChat } from './refusals.ts';

/**
 * Telegram's budget: about 30 calls a second for each bot and one message a second into each chat. What the product says
 * of its own accord stays below it, so that people's own presses always find room.
 */
const CALLS_PER_SECOND = 25;
const CALL_EVERY_MS = 1_000 / CALLS_PER_SECOND;
const MESSAGE_EVERY_MS = 1_000;
/** Telegram allows short bursts into one chat, and minds a stream. */
const MESSAGES_AT_ONCE = 20;
/** What is small leaves the rest of a burst to what somebody waits for: a receipt, a way in, an answer. */
const SMALL_AT_ONCE = 15;
/** So many chats and methods limited at once are no chance any more: Telegram means the whole bot. */
const LIMITED_AT_ONCE = 3;
/** What is small waits no longer than this for its bot: others of its lane wait behind it. */
const SOON_MS = 1_000;
/** Whoever stands in line is given a moment, but none further off than this: much that waits is no longer wanted by then. */
const LONGEST_LINE_MS = 5 * MINUTE_MS;
/** Forgotten after this: an empty budget refills within a second. */
const FORGET_AFTER_MS = 10_000;

export interface Throttle {
  /**
   * Resolves when this bot may make a call.
   * @throws DeliveryError `not-sent` while that chat has had enough, or the bot where it is small, or Telegram limits that
   *   chat or method
   */
  turn(bot: string, call: ThrottledCall): Promise<void>;
  /** A screen that somebody asked for went into a chat. It waits for nothing, and what is small waits for it. */
  noteScreen(bot: string, chatId: string): void;
  /** Telegram said 429 to such a call: none of its kind goes out before that. Several at once hold the whole bot. */
  holdBack(bot: string, limited: ThrottledCall, ms: number): void;
}

/** Where a call writes, or which one it is where it writes nowhere. */
interface ThrottledCall {
  chatId?: string;
  method?: string;
  /** It may come later than anything else. */
  isSmall?: boolean;
}

const keysOf = (bot: string, { chatId, method }: ThrottledCall): string[] => [
  ...(chatId === undefined ? [] : [`${bot}:${chatId}`]),
  ...(method === undefined ? [] : [`${bot}:${method}`]),
];

interface Budget {
  /** When the budget would be full again. */
  fullAt: number;
}

/** @param now milliseconds of a clock that never goes back */
export function createThrottle(now: () => number = () => performance.now()): Throttle {
  const bots = new Map<string, Budget>();
  const chats = new Map<string, Budget>();
  /** Of what people asked for in a chat: it holds back nothing but what is small. */
  const screens = new Map<string, Budget>();
  /** When the last of what is small and was sent back may come again. */
  const lines = new Map<string, number>();
  /** Bots as a whole; and by bot, their chats and methods. */
  const heldUntil = new Map<string, number>();
  const limitedUntil = new Map<string, Map<string, number>>();

  function limitsOf(bot: string): Map<string, number> {
    const limits = limitedUntil.get(bot) ?? new Map<string, number>();
    for (const [key, until] of limits) if (until <= now()) limits.delete(key);
    return limits;
  }

  /** What is limited must not keep its bot's other work waiting either. */
  function demandFree(bot: string, call: ThrottledCall): void {
    if (!limitedUntil.has(bot)) return;
    const limits = limitsOf(bot);
    const waitMs = Math.max(...keysOf(bot, call).map((key) => limits.get(key) ?? 0), 0) - now();
    if (waitMs > 0) throw new DeliveryError('not-sent', { retryAfterMs: waitMs });
  }

  /** Takes one call out of a budget. @returns when it may be made */
  function take(budgets: Map<string, Budget>, key: string, everyMs: number, atOnce: number): number {
    const at = now();
    const budget = budgets.get(key) ?? { fullAt: at };
    const free = freeAt(budget, everyMs, atOnce);
    budget.fullAt = Math.max(budget.fullAt, at) + everyMs;
    budgets.set(key, budget);
    return free;
  }

  function freeAt(budget: Budget | undefined, everyMs: number, atOnce: number): number {
    return Math.max(now(), (budget?.fullAt ?? 0) - (atOnce - 1) * everyMs);
  }

  /** Each that is sent back comes at a moment of its own: all at one they would only be sent back again. */
  function sendBack(key: string, everyMs: number, free: number): never {
    const at = Math.min(Math.max(free, (lines.get(key) ?? 0) + everyMs), now() + LONGEST_LINE_MS);
    lines.set(key, at);
    throw new DeliveryError('not-sent', { retryAfterMs: at - now() });
  }

  function demandSoon(bot: string): void {
    const free = freeAt(bots.get(bot), CALL_EVERY_MS, CALLS_PER_SECOND);
    if (free - now() > SOON_MS) sendBack(bot, CALL_EVERY_MS, free);
  }

  /** A full chat must not keep its bot's other work waiting: the message comes again later. */
  function takeChat(key: string, isSmall = false): void {
    const { fullAt = 0 } = chats.get(key) ?? {};
    const screensMs = isSmall ? Math.max(0, (screens.get(key)?.fullAt ?? 0) - now()) : 0;
    const atOnce = isSmall ? SMALL_AT_ONCE : MESSAGES_AT_ONCE;
    const waitMs = Math.max(fullAt - now(), 0) + screensMs - (atOnce - 1) * MESSAGE_EVERY_MS;
    if (waitMs > 0 && isSmall) sendBack(key, MESSAGE_EVERY_MS, now() + waitMs);
    if (waitMs > 0) throw new DeliveryError('not-sent', { retryAfterMs: waitMs });
    take(chats, key, MESSAGE_EVERY_MS, MESSAGES_AT_ONCE);
  }

  function forget(): void {
    const before = now() - FORGET_AFTER_MS;
    for (const budgets of [bots, chats, screens]) {
      for (const [key, { fullAt }] of budgets) if (fullAt < before) budgets.delete(key);
    }
    for (const [key, at] of lines) if (at < before) lines.delete(key);
    for (const [key, until] of heldUntil) if (until < before) heldUntil.delete(key);
    for (const bot of limitedUntil.keys()) if (limitsOf(bot).size === 0) limitedUntil.delete(bot);
  }
  setInterval(forget, FORGET_AFTER_MS).unref();

  return {
    async turn(bot, call) {
      demandFree(bot, call);
      if (call.isSmall === true) demandSoon(bot);
      if (call.chatId !== undefined) takeChat(`${bot}:${call.chatId}`, call.isSmall);
      const free = take(bots, bot, CALL_EVERY_MS, CALLS_PER_SECOND);
      for (;;) {
        const waitMs = Math.max(free, heldUntil.get(bot) ?? 0) - now();
        if (waitMs <= 0) return;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    },
    noteScreen(bot, chatId) {
      const key = `${bot}:${chatId}`;
      const { fullAt = 0 } = screens.get(key) ?? {};
      // However many there were: a burst later they are forgotten.
      const full = now() + MESSAGES_AT_ONCE * MESSAGE_EVERY_MS;
      screens.set(key, { fullAt: Math.min(Math.max(fullAt, now()) + MESSAGE_EVERY_MS, full) });
    },
    holdBack(bot, limited, ms) {
      const until = now() + ms;
      const limits = limitsOf(bot);
      for (const key of keysOf(bot, limited)) limits.set(key, Math.max(limits.get(key) ?? 0, until));
      limitedUntil.set(bot, limits);
      if (limits.size >= LIMITED_AT_ONCE) heldUntil.set(bot, Math.max(heldUntil.get(bot) ?? 0, until));
    },
  };
}

/** One call in its turn; what goes wrong is told in the product's words, and a 429 holds back what it limits. */
export async function throttled<T>(
  throttle: Throttle,
  { api, chatId, method, isSmall }: { api: Api; chatId?: bigint; method?: keyof Api; isSmall?: boolean },
  make: (api: Api) => Promise<T>,
): Promise<T> {
  // The number before the colon: the token itself is nobody's key.
  const bot = api.token.slice(0, api.token.indexOf(':'));
  await throttle.turn(bot, {
    ...(chatId === undefined ? {} : { chatId: String(chatId) }),
    ...(method === undefined ? {} : { method }),
    ...(isSmall === undefined ? {} : { isSmall }),
  });
  try {
    return await make(api);
  } catch (error) {
    const failure = toDeliveryError(error);
    if (failure instanceof DeliveryError && failure.retryAfterMs !== undefined) {
      throttle.holdBack(bot, limitedBy(error), failure.retryAfterMs);
    }
    throw failure;
  }
}

/** Tells the throttle of every screen that goes into a chat. */
export function noteScreens(throttle: Throttle, bot: string): Transformer {
  return (call, method, payload, signal) => {
    if ('chat_id' in payload && (method.startsWith('send') || method.startsWith('edit'))) {
      throttle.noteScreen(bot, String(payload.chat_id));
    }
    return call(method, payload, signal);
  };
}

/** A call into a person's chat says how much that person gets; any other, how often the bot may make it. */
function limitedBy(error: unknown): ThrottledCall {
  if (!(error instanceof GrammyError)) return {};
  return isIntoPrivateChat(error) ? { chatId: String(error.payload['chat_id']) } : { method: error.method };
}
