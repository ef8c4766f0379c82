import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { defineScript } from '../infra/redis-script.ts';
import type { RegisteredBot } from './bot-registry.ts';
import { MAX_IN_HAND_OF_BOT } from './bot-share.ts';
import type { UpdateReceiver } from './update-receiver.ts';
import { ALLOWED_UPDATES, isUnusable, parseUpdate } from './update-schema.ts';

/** Telegram holds a request open this long when nothing has happened. */
const POLL_SECONDS = 10;
/** Longer than the longest pause between two renewals, so that a living poller keeps its bot. */
const LOCK_MS = 15_000;
const RENEW_MS = LOCK_MS / 3;
/** After a fault of ours or Telegram's, before the next try. */
const PAUSE_MS = 1_000;

/** Fetches updates of bots without a webhook: one poller a bot among all processes, by a lock. */
export interface BotPollers {
  /** Starts to poll a bot unless that is under way. Ends by itself when nobody runs the bot any more. */
  ensure(telegramBotId: bigint): void;
  /** Stops asking; what was fetched is finished by the receiver. */
  close(): Promise<void>;
}

export interface BotPollersDeps {
  redis: Redis;
  processId: string;
  receiver: UpdateReceiver;
  logger: Logger;
  find: (telegramBotId: bigint) => Promise<RegisteredBot | null>;
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
  const stop = new AbortController();
  const keyOf = (telegramBotId: bigint) => `poller:${telegramBotId}`;

  async function holdsLock(telegramBotId: bigint): Promise<boolean> {
    const taken = await redis.set(keyOf(telegramBotId), processId, 'PX', LOCK_MS, 'NX');
    if (taken === 'OK') return true;
    return (await renew([keyOf(telegramBotId)], processId, LOCK_MS)) === 1;
  }

  /** One round: asks, hands over, and only then lets Telegram forget. */
  async function poll(telegramBotId: bigint, api: Api, offset: number): Promise<number> {
    const updates = await api.getUpdates(
      { offset, limit: MAX_IN_HAND_OF_BOT, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES },
      stop.signal as Parameters<Api['getUpdates']>[1],
    );
    await Promise.all(updates.map((update) => hand(telegramBotId, update)));
    return updates.reduce((next, { update_id }) => Math.max(next, update_id + 1), offset);
  }

  async function hand(telegramBotId: bigint, raw: Update): Promise<void> {
    const update = parseUpdate(raw);
    if (!update) return logger.warn({ bot: String(telegramBotId) }, 'Telegram sent what is no update');
    const receipt = await (isUnusable(update)
      ? receiver.ignore(telegramBotId)
      : receiver.receive(telegramBotId, update));
    // Not confirmed, so Telegram gives it out again.
    if (receipt !== 'done' && receipt !== 'ignored' && receipt !== 'unknown-bot')
      throw new Error('An update could not be handled now');
  }

  async function run(telegramBotId: bigint): Promise<void> {
    let offset = 0;
    let isFirst = true;
    while (!stop.signal.aborted) {
      const renewing = setInterval(() => void holdsLock(telegramBotId).catch(() => undefined), RENEW_MS);
      try {
        const bot = await deps.find(telegramBotId);
        if (!bot) break;
        if (!(await holdsLock(telegramBotId))) {
          await pause(PAUSE_MS, stop.signal);
          continue;
        }
        // A webhook left from another service would keep every update.
        if (isFirst) await bot.api.deleteWebhook();
        isFirst = false;
        offset = await poll(telegramBotId, bot.api, offset);
      } catch (error) {
        if (stop.signal.aborted) break;
        logger.warn({ err: error, bot: String(telegramBotId) }, 'polling was interrupted');
        await pause(PAUSE_MS, stop.signal);
      } finally {
        clearInterval(renewing);
      }
    }
    await release([keyOf(telegramBotId)], processId);
  }

  function ensure(telegramBotId: bigint): void {
    if (stop.signal.aborted) return;
    if (running.has(telegramBotId)) {
      askedAgain.add(telegramBotId);
      return;
    }
    const polling = run(telegramBotId)
      .catch((error: unknown) => logger.warn({ err: error }, 'a poller ended with its lock'))
      .finally(() => {
        running.delete(telegramBotId);
        if (askedAgain.delete(telegramBotId)) ensure(telegramBotId);
      });
    running.set(telegramBotId, polling);
  }

  return {
    ensure,
    async close() {
      stop.abort();
      await Promise.all(running.values());
    },
  };
}

/** Waits, or stops waiting at once when everything ends. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
