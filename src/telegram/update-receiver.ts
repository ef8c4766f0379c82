import type { Update } from 'grammy/types';
import { isDatabaseAway } from '../infra/prisma.ts';
import { isRedisAway } from '../infra/redis.ts';
import type { BotRegistry, RegisteredBot } from './bot-registry.ts';
import type { UpdateClaims } from './update-claims.ts';
import { orderKey } from './update-schema.ts';

/**
 * `done`: handled now or before, or failed for good, which is reported. `unknown-bot`: nobody's, or removed.
 * `busy`: another process has it in hand and has not finished in time. `away`: the books or Redis cannot be reached.
 * After the last two Telegram shall ask again.
 */
export type Receipt = 'done' | 'unknown-bot' | 'busy' | 'away';

/** How long a repeated update waits for the process that has it in hand; Telegram itself waits 60 s. */
const WAIT_FOR_OTHER_MS = 25_000;
const LOOK_AGAIN_MS = 250;

export interface UpdateReceiver {
  /** Handles one update exactly once, in order within its chat. */
  receive(telegramBotId: bigint, update: Update): Promise<Receipt>;
  /** How many updates are in hand. */
  readonly inHand: number;
  /** Waits until nothing is in hand, at most `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

export function createUpdateReceiver(deps: {
  registry: BotRegistry;
  claims: UpdateClaims;
  report: (error: unknown, tags: Record<string, string>) => void;
}): UpdateReceiver {
  const { registry, claims } = deps;
  const inHand = new Map<string, Promise<Receipt>>();
  const lastOfChat = new Map<string, Promise<unknown>>();
  const finishing = new Set<Promise<void>>();

  /** Runs `work` after whatever came before it in the same chat, however that ended. */
  function inOrder<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = lastOfChat.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    lastOfChat.set(key, mine);
    const forget = () => {
      if (lastOfChat.get(key) === mine) lastOfChat.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  }

  /**
   * Telegram is thanked meanwhile. Should the note get lost, nobody asks again for what was thanked for, and the claim
   * falls free by itself.
   */
  function noteFinished(telegramBotId: bigint, updateId: number): void {
    const noting = claims.finish(telegramBotId, updateId).catch((error: unknown) => {
      if (isAway(error)) return;
      deps.report(error, { part: 'update-claim', bot: String(telegramBotId), update: String(updateId) });
    });
    finishing.add(noting);
    void noting.then(() => finishing.delete(noting));
  }

  async function claimAndHandle(bot: RegisteredBot, telegramBotId: bigint, update: Update): Promise<Receipt> {
    const deadline = Date.now() + WAIT_FOR_OTHER_MS;
    for (;;) {
      const claim = await claims.claim(telegramBotId, update.update_id);
      if (claim === 'done') return 'done';
      if (claim === 'claimed') break;
      if (Date.now() > deadline) return 'busy';
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    try {
      await bot.handle(update);
    } catch (error) {
      if (isAway(error)) {
        await claims.release(telegramBotId, update.update_id);
        throw error;
      }
      // Any other fault would only come again with the update.
      deps.report(error, { part: 'update', bot: String(telegramBotId), update: String(update.update_id) });
    }
    noteFinished(telegramBotId, update.update_id);
    return 'done';
  }

  return {
    async receive(telegramBotId, update) {
      const name = `${telegramBotId}:${update.update_id}`;
      const present = inHand.get(name);
      if (present) return present;
      const work = (async (): Promise<Receipt> => {
        const bot = await registry.get(telegramBotId);
        if (!bot) return 'unknown-bot';
        return await inOrder(`${telegramBotId}:${orderKey(update)}`, () =>
          claimAndHandle(bot, telegramBotId, update),
        );
      })().catch((error: unknown): Receipt => {
        if (isAway(error)) return 'away';
        deps.report(error, { part: 'update', bot: String(telegramBotId), update: String(update.update_id) });
        return 'done';
      });
      inHand.set(name, work);
      try {
        return await work;
      } finally {
        inHand.delete(name);
      }
    },
    get inHand() {
      return inHand.size;
    },
    async drain(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      // What is polled is sent again to the next process, which must find it finished.
      const finished = Promise.allSettled(inHand.values()).then(() => Promise.all(finishing));
      await Promise.race([finished, timeout]);
      clearTimeout(timer);
    },
  };
}

function isAway(error: unknown): boolean {
  return isDatabaseAway(error) || isRedisAway(error);
}
