import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { defineScript } from '../../infra/redis/redis-script.ts';
import { DeliveryError, isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { Rival } from '../../modules/seller-bots/bot-gateway.ts';
import { pause } from '../../shared/async/pause.ts';
import { within } from '../../shared/async/time-limit.ts';
import { MINUTE_MS } from '../../shared/durations.ts';
import type { RegisteredBot } from '../bots/bot-registry.ts';
import { rivalOf, toDeliveryError } from '../outgoing/api-errors.ts';
import { MAX_IN_HAND_OF_BOT } from './bulkhead.ts';
import { CONSEQUENCES } from './update-outcome.ts';
import type { UpdateReceiver } from './update-receiver.ts';
import { allowedUpdates, isUnusable, parseUpdate } from './update-schema.ts';

/** Telegram holds a request open this long when nothing has happened. */
const POLL_SECONDS = 10;
/** Longer than the longest pause between two renewals, so that a living poller keeps its bot. */
const LOCK_MS = 15_000;
const RENEW_MS = LOCK_MS / 3;
/** After a fault of ours or Telegram's, before the next try. */
const PAUSE_MS = 1_000;
/** Whoever else polls the bot ends our call, and we end theirs: not as fast as both can. */
const RIVAL_PAUSE_MS = 3_000;
/** A token that Telegram refuses is looked at again only in case it was a mistake: a new one is announced. */
const DEAD_PAUSE_MS = MINUTE_MS;
/** Telegram answers a call that waits for nothing within this; a stop waits no longer for its last word. */
const LAST_WORD_MS = 1_000;

/** Fetches updates of bots without a webhook: one poller a bot among all processes, by a lock. */
export interface BotPollers {
  /** Starts to poll a bot unless that is under way. Ends by itself when nobody runs the bot any more. */
  ensure(telegramBotId: bigint): void;
  /** Stops asking, waits at most `timeoutMs` for what was fetched, and has Telegram forget what is handled. */
  close(timeoutMs: number): Promise<void>;
}

export interface BotPollersDeps {
  mainBotId: bigint;
  redis: Redis;
  processId: string;
  receiver: UpdateReceiver;
  logger: Logger;
  find: (telegramBotId: bigint) => Promise<RegisteredBot | null>;
  /** Somebody else takes the bot's updates; a webhook of theirs is about to be taken away. */
  rivalFound: (telegramBotId: bigint, rival: Rival) => Promise<void>;
  tokenDied: (telegramBotId: bigint) => Promise<void>;
  /** Whether this database still serves its bots by polling: if not, the webhook is no rival's. */
  isServedHere: () => Promise<boolean>;
}

/** How far one poller has come. */
interface Position {
  /** What the next call begins with: Telegram forgets everything before it. */
  next: number;
  /** As Telegram was told last. */
  told: number;
  /** A webhook may stand there, which keeps every update from whoever polls. */
  mayHaveWebhook: boolean;
}

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

const RENEW = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0`;

export function createBotPollers(deps: BotPollersDeps): BotPollers {
  const { redis, processId, receiver, logger } = deps;
  const renew = defineScript<number>(redis, 'renewPoller', RENEW);
  const release = defineScript<number>(redis, 'releasePoller', RELEASE);
  const running = new Map<bigint, Promise<void>>();
  /** Asked for while its poller ran, which may just be ending. */
  const askedAgain = new Set<bigint>();
  /** What ends a poller's pause: there is news of its bot. */
  const wakers = new Map<bigint, AbortController>();
  const stop = new AbortController();
  /** Resolves when a stop waits no longer for what was fetched. */
  let hurry = (): void => undefined;
  const tooLate = new Promise<false>((resolve) => {
    hurry = () => resolve(false);
  });
  const updatesOf = (telegramBotId: bigint) => allowedUpdates({ isMain: telegramBotId === deps.mainBotId });
  const keyOf = (telegramBotId: bigint) => `poller:${telegramBotId}`;

  async function holdsLock(telegramBotId: bigint): Promise<boolean> {
    const taken = await redis.set(keyOf(telegramBotId), processId, 'PX', LOCK_MS, 'NX');
    if (taken === 'OK') return true;
    return (await renew([keyOf(telegramBotId)], processId, LOCK_MS)) === 1;
  }

  /**
   * One poll: asks, hands over, and goes on behind what is handled. By the last id, never the largest: after a quiet week
   * Telegram counts from a number that may be lower, and takes an offset far ahead of it for a mistake.
   */
  async function poll(telegramBotId: bigint, api: Api, position: Position): Promise<void> {
    const { next: offset } = position;
    const updates = await api.getUpdates(
      { offset, limit: MAX_IN_HAND_OF_BOT, timeout: POLL_SECONDS, allowed_updates: updatesOf(telegramBotId) },
      stop.signal as Parameters<Api['getUpdates']>[1],
    );
    position.told = offset;
    const handling = updates.map((update) => hand(telegramBotId, update));
    const all = Promise.allSettled(handling);
    for (const [index, { update_id: id }] of updates.entries()) {
      // Not confirmed, so Telegram gives it out again, with what came after it.
      if (!(await Promise.race([handling[index], tooLate]))) break;
      position.next = id + 1;
    }
    await Promise.race([all, tooLate]);
    const last = updates.at(-1);
    if (last && position.next !== last.update_id + 1) throw new Error('An update could not be handled now');
  }

  /** @returns whether Telegram may forget it */
  async function hand(telegramBotId: bigint, raw: Update): Promise<boolean> {
    const update = parseUpdate(raw);
    if (!update) {
      logger.warn({ bot: String(telegramBotId) }, 'Telegram sent what is no update');
      return true;
    }
    const outcome = await (isUnusable(update)
      ? receiver.ignore(telegramBotId)
      : receiver.receive(telegramBotId, update));
    return !CONSEQUENCES[outcome].retry;
  }

  /** What is handled shall not come again, to whoever asks next. */
  async function sayLastWord(telegramBotId: bigint, api: Api, { next, told }: Position): Promise<void> {
    if (next === told || (await renew([keyOf(telegramBotId)], processId, LOCK_MS)) !== 1) return;
    await within(
      LAST_WORD_MS,
      api.getUpdates({ offset: next, limit: 1, timeout: 0, allowed_updates: updatesOf(telegramBotId) }),
    );
  }

  /** @returns how long to wait before the next poll */
  async function recover(telegramBotId: bigint, position: Position, error: unknown): Promise<number> {
    const rival = rivalOf(error);
    // A process of ours that has taken the bot over meanwhile is none.
    if (rival && (await deps.isServedHere()) && (await holdsLock(telegramBotId))) {
      position.mayHaveWebhook = rival === 'webhook';
      await deps.rivalFound(telegramBotId, rival);
      return rival === 'webhook' ? 0 : RIVAL_PAUSE_MS;
    }
    logger.warn({ err: error, bot: String(telegramBotId) }, 'polling was interrupted');
    const failure = toDeliveryError(error);
    if (!isDeliveryFailure(failure, 'token-dead')) {
      const askedFor = failure instanceof DeliveryError ? failure.retryAfterMs : undefined;
      return Math.max(PAUSE_MS, askedFor ?? 0);
    }
    await deps.tokenDied(telegramBotId);
    return DEAD_PAUSE_MS;
  }

  /** The database may be unavailable, too. */
  function complain(error: unknown): number {
    logger.warn({ err: error }, 'a poller could not tell what it had found');
    return PAUSE_MS;
  }

  async function run(telegramBotId: bigint): Promise<void> {
    const position: Position = { next: 0, told: 0, mayHaveWebhook: true };
    let api: Api | undefined;
    while (!stop.signal.aborted) {
      const renewing = setInterval(() => void holdsLock(telegramBotId).catch(() => undefined), RENEW_MS);
      const news = new AbortController();
      wakers.set(telegramBotId, news);
      const rest = (ms: number) => pause(ms, AbortSignal.any([stop.signal, news.signal]));
      try {
        const bot = await deps.find(telegramBotId);
        if (!bot) break;
        if (!(await holdsLock(telegramBotId))) {
          await rest(PAUSE_MS);
          continue;
        }
        api = bot.api;
        if (position.mayHaveWebhook) await api.deleteWebhook();
        position.mayHaveWebhook = false;
        await poll(telegramBotId, api, position);
      } catch (error) {
        if (stop.signal.aborted) break;
        await rest(await recover(telegramBotId, position, error).catch(complain));
      } finally {
        clearInterval(renewing);
      }
    }
    if (api) await sayLastWord(telegramBotId, api, position).catch(complain);
    await release([keyOf(telegramBotId)], processId);
  }

  function ensure(telegramBotId: bigint): void {
    if (stop.signal.aborted) return;
    if (running.has(telegramBotId)) {
      askedAgain.add(telegramBotId);
      wakers.get(telegramBotId)?.abort();
      return;
    }
    const polling = run(telegramBotId)
      .catch((error: unknown) => logger.warn({ err: error }, 'a poller ended with its lock'))
      .finally(() => {
        running.delete(telegramBotId);
        wakers.delete(telegramBotId);
        if (askedAgain.delete(telegramBotId)) ensure(telegramBotId);
      });
    running.set(telegramBotId, polling);
  }

  return {
    ensure,
    async close(timeoutMs) {
      stop.abort();
      const ended = Promise.all(running.values());
      await within(timeoutMs, ended);
      hurry();
      await ended;
    },
  };
}
