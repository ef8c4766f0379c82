import type { Api } from 'grammy';
import { DeliveryError } from '../modules/notifications/delivery-error.ts';
import { toDeliveryError } from './api-errors.ts';

/**
 * Telegram's budget: about 30 calls a second for each bot and one message a second into each chat. What the product says
 * of its own accord stays below it, so that people's own presses always find room.
 */
const CALLS_PER_SECOND = 25;
const MESSAGE_EVERY_MS = 1_000;
/** Telegram allows short bursts into one chat, and minds a stream. */
const MESSAGES_AT_ONCE = 20;
/** Forgotten after this: an empty budget refills within a second. */
const FORGET_AFTER_MS = 10_000;

export interface Pace {
  /**
   * Resolves when this bot may make a call.
   * @param chatId where it writes. @throws DeliveryError `not-sent` while that chat has had enough
   */
  turn(bot: string, chatId?: string): Promise<void>;
  /** Telegram said 429: nothing of this bot goes out before that. */
  holdBack(bot: string, ms: number): void;
}

interface Budget {
  /** When the budget would be full again. */
  fullAt: number;
}

/** @param now milliseconds of a clock that never goes back */
export function createPace(now: () => number = () => performance.now()): Pace {
  const bots = new Map<string, Budget>();
  const chats = new Map<string, Budget>();
  const heldUntil = new Map<string, number>();

  /** Takes one call out of a budget. @returns when it may be made */
  function take(budgets: Map<string, Budget>, key: string, everyMs: number, atOnce: number): number {
    const at = now();
    const budget = budgets.get(key) ?? { fullAt: at };
    const free = Math.max(at, budget.fullAt - (atOnce - 1) * everyMs);
    budget.fullAt = Math.max(budget.fullAt, at) + everyMs;
    budgets.set(key, budget);
    return free;
  }

  /** A full chat must not keep its bot's other work waiting: the message comes again later. */
  function takeChat(key: string): void {
    const { fullAt = 0 } = chats.get(key) ?? {};
    const waitMs = fullAt - (MESSAGES_AT_ONCE - 1) * MESSAGE_EVERY_MS - now();
    if (waitMs > 0) throw new DeliveryError('not-sent', { retryAfterMs: waitMs });
    take(chats, key, MESSAGE_EVERY_MS, MESSAGES_AT_ONCE);
  }

  function forget(): void {
    const before = now() - FORGET_AFTER_MS;
    for (const budgets of [bots, chats]) {
      for (const [key, { fullAt }] of budgets) if (fullAt < before) budgets.delete(key);
    }
    for (const [key, until] of heldUntil) if (until < before) heldUntil.delete(key);
  }
  setInterval(forget, FORGET_AFTER_MS).unref();

  return {
    async turn(bot, chatId) {
      if (chatId !== undefined) takeChat(`${bot}:${chatId}`);
      const free = take(bots, bot, 1000 / CALLS_PER_SECOND, CALLS_PER_SECOND);
      for (;;) {
        const waitMs = Math.max(free, heldUntil.get(bot) ?? 0) - now();
        if (waitMs <= 0) return;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    },
    holdBack(bot, ms) {
      heldUntil.set(bot, Math.max(heldUntil.get(bot) ?? 0, now() + ms));
    },
  };
}

/** One call in its turn; what goes wrong is told in the product's words, and a 429 holds the bot back. */
export async function paced<T>(
  pace: Pace,
  { api, chatId }: { api: Api; chatId?: bigint },
  make: (api: Api) => Promise<T>,
): Promise<T> {
  // The number before the colon: the token itself is nobody's key.
  const bot = api.token.slice(0, api.token.indexOf(':'));
  await pace.turn(bot, chatId === undefined ? undefined : String(chatId));
  try {
    return await make(api);
  } catch (error) {
    const failure = toDeliveryError(error);
    if (failure instanceof DeliveryError && failure.retryAfterMs !== undefined) {
      pace.holdBack(bot, failure.retryAfterMs);
    }
    throw failure;
  }
}
