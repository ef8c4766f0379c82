import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { InvalidTokenError } from '../../infra/crypto/fernet.ts';
import type { CountedOutcome } from '../../infra/observability/metrics.ts';
import { isUnavailable } from '../../infra/unavailable.ts';
import type { Trace } from '../../instrument.ts';
import { createRateLimiter } from '../../shared/async/rate-limiter.ts';
import { within } from '../../shared/async/time-limit.ts';
import { MINUTE_MS } from '../../shared/durations.ts';
import type { BotRegistry, PreparedUpdate, RegisteredBot } from '../bots/bot-registry.ts';
import { hasFailed } from '../common/error-boundary.ts';
import { countedPersonOf } from '../middleware/rate-limit.ts';
import { createBulkhead } from './bulkhead.ts';
import { createChatOrder } from './chat-order.ts';
import type { UpdateClaims } from './update-claims.ts';
import { CONSEQUENCES, type UpdateOutcome } from './update-outcome.ts';
import { kindOf, orderKey, personOf } from './update-schema.ts';

/** How long a repeated update waits for the process that has it in hand; Telegram itself waits 60 s. */
const WAIT_FOR_OTHER_MS = 25_000;
const LOOK_AGAIN_MS = 250;

/** What became of an update that has a bot, and who sent it. */
export interface ReceivedUpdate {
  outcome: CountedOutcome;
  telegramUserId: number | null;
  /** From its arrival, its wait for others of its chat included. */
  seconds: number;
}

/** A flood is told once in this time, not once an update. */
const TELL_OF_FLOOD_EVERY_MS = MINUTE_MS;

export interface UpdateReceiver {
  /** Handles one update exactly once, in order within its chat. */
  receive(telegramBotId: bigint, update: Update): Promise<UpdateOutcome>;
  /** Takes note of an update that cannot be used, where there is a bot that it could be for. */
  ignore(telegramBotId: bigint): Promise<UpdateOutcome>;
  /** How many updates are in hand. */
  readonly inHand: number;
  /** Waits until nothing is in hand, at most `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

export function createUpdateReceiver(deps: {
  registry: BotRegistry;
  claims: UpdateClaims;
  logger: Logger;
  report: (error: unknown, tags: Record<string, string>) => void;
  observe: (update: ReceivedUpdate) => void;
  observeIgnored: () => void;
  trace: Trace;
}): UpdateReceiver {
  const { registry, claims } = deps;
  const inHand = new Map<string, Promise<UpdateOutcome>>();
  const { inOrder } = createChatOrder();
  const finishing = new Set<Promise<void>>();
  const bulkhead = createBulkhead();
  const mayTellOfFlood = createRateLimiter({ limit: 1, perMs: TELL_OF_FLOOD_EVERY_MS, maxKinds: 1_000 });

  function isFull(telegramBotId: bigint): boolean {
    if (!bulkhead.isFull(telegramBotId)) return false;
    const bot = String(telegramBotId);
    if (mayTellOfFlood(bot)) deps.logger.warn({ bot }, 'a bot gets more updates than it can handle at once');
    return true;
  }

  /**
   * Telegram gets its answer first. Should the note be lost, nobody asks again for what was answered, and the claim
   * expires by itself.
   */
  function noteFinished(telegramBotId: bigint, updateId: number): void {
    const noting = claims.finish(telegramBotId, updateId).catch((error: unknown) => {
      if (isUnavailable(error)) return;
      deps.report(error, { part: 'update-claim', tenant: String(telegramBotId), update: String(updateId) });
    });
    finishing.add(noting);
    void noting.then(() => finishing.delete(noting));
  }

  /** Each look takes a place among what the bot works on; the waiting for another process between them takes none. */
  async function claimAndHandle(
    bot: RegisteredBot,
    telegramBotId: bigint,
    update: Update,
  ): Promise<UpdateOutcome> {
    const deadline = Date.now() + WAIT_FOR_OTHER_MS;
    let outcome = await bulkhead.atWork(telegramBotId, () =>
      attempt(bot, telegramBotId, update, bot.prepare(update)),
    );
    while (outcome === 'busy' && Date.now() <= deadline) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      outcome = await bulkhead.atWork(telegramBotId, () => attempt(bot, telegramBotId, update));
    }
    return outcome;
  }

  /**
   * Telegram waits ten seconds for this one, and gives a sale up after that: it waits behind nothing. What it answers is the
   * same however often it is asked, so nobody has to claim it.
   */
  async function answerCheckout(
    bot: RegisteredBot,
    telegramBotId: bigint,
    update: Update,
  ): Promise<UpdateOutcome> {
    const handle = bot.prepare(update);
    await deps.trace('update', kindOf(update), tagsOf(telegramBotId, update), () => handle('fine'));
    return hasFailed(update) ? 'failed' : 'handled';
  }

  /** @param prepared what was read ahead; absent after a wait, because what was read before it is old */
  async function attempt(
    bot: RegisteredBot,
    telegramBotId: bigint,
    update: Update,
    prepared?: PreparedUpdate,
  ): Promise<UpdateOutcome> {
    const sender = countedPersonOf(update);
    const claim = await claims.claim(telegramBotId, update.update_id, sender);
    if (claim === 'busy') return 'busy';
    if (claim === 'done') return 'seen-before';
    const handle = prepared ?? bot.prepare(update);
    let failed = false;
    try {
      await deps.trace('update', kindOf(update), tagsOf(telegramBotId, update), () => handle(claim));
      failed = hasFailed(update);
    } catch (error) {
      if (isUnavailable(error)) {
        await claims.release(telegramBotId, update.update_id, sender);
        throw error;
      }
      // Any other fault would only come again with the update.
      failed = true;
      deps.report(error, tagsOf(telegramBotId, update));
    }
    noteFinished(telegramBotId, update.update_id);
    return failed ? 'failed' : 'handled';
  }

  function observe(outcome: UpdateOutcome, update: Update, startedAt: number): void {
    const { metric } = CONSEQUENCES[outcome];
    if (metric === null) return;
    deps.observe({
      outcome: metric,
      telegramUserId: personOf(update),
      seconds: (performance.now() - startedAt) / 1000,
    });
  }

  /** Keys are being changed and this process has not got the new one: another, or its next start, will read the token. */
  function withoutKey(error: InvalidTokenError, telegramBotId: bigint, update: Update): UpdateOutcome {
    deps.report(error, tagsOf(telegramBotId, update));
    return 'unavailable';
  }

  async function handleWith(
    telegramBotId: bigint,
    handle: (bot: RegisteredBot) => Promise<UpdateOutcome>,
  ): Promise<UpdateOutcome> {
    const bot = await registry.get(telegramBotId);
    return bot ? handle(bot) : 'unknown-bot';
  }

  return {
    async receive(telegramBotId, update) {
      const name = `${telegramBotId}:${update.update_id}`;
      const present = inHand.get(name);
      if (present) return present;
      const isCheckout = update.pre_checkout_query !== undefined;
      if (!isCheckout && isFull(telegramBotId)) return 'full';
      const startedAt = performance.now();
      const work = (
        isCheckout
          ? handleWith(telegramBotId, (bot) => answerCheckout(bot, telegramBotId, update))
          : bulkhead.inHand(telegramBotId, () =>
              handleWith(telegramBotId, (bot) =>
                inOrder(`${telegramBotId}:${orderKey(update)}`, () =>
                  claimAndHandle(bot, telegramBotId, update),
                ),
              ),
            )
      ).catch((error: unknown): UpdateOutcome => {
        if (isUnavailable(error)) return 'unavailable';
        if (error instanceof InvalidTokenError) return withoutKey(error, telegramBotId, update);
        deps.report(error, tagsOf(telegramBotId, update));
        return 'failed';
      });
      const observed = work.then((outcome) => {
        observe(outcome, update, startedAt);
        return outcome;
      });
      inHand.set(name, observed);
      try {
        return await observed;
      } finally {
        inHand.delete(name);
      }
    },
    async ignore(telegramBotId) {
      try {
        if (!(await registry.get(telegramBotId))) return 'unknown-bot';
      } catch (error) {
        // Whose it is cannot be told now, and would change nothing: only a store that is unavailable is worth asking again.
        if (isUnavailable(error)) return 'unavailable';
        if (!(error instanceof InvalidTokenError)) throw error;
      }
      deps.observeIgnored();
      return 'ignored';
    },
    get inHand() {
      return inHand.size;
    },
    async drain(timeoutMs) {
      // What is polled is sent again to the next process, which must find it finished.
      const finished = Promise.allSettled(inHand.values()).then(() => Promise.all(finishing));
      await within(timeoutMs, finished);
    },
  };
}

function tagsOf(telegramBotId: bigint, update: Update): Record<string, string> {
  return { part: 'update', tenant: String(telegramBotId), update: String(update.update_id) };
}
