import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isUnavailable } from '../../infra/unavailable.ts';
import { within } from '../../shared/async/time-limit.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/durations.ts';
import { DeliveryError, isDeliveryFailure } from './delivery-error.ts';
import type { OutboxClaims } from './outbox-claims.ts';
import {
  type ClaimedMessage,
  type DueMessage,
  LEASE_SECONDS,
  type OutboxKind,
  type OutboxOutcome,
  type OutboxRules,
  type OutboxTable,
  type Waker,
} from './outbox-message.ts';
import { forgetRefusal, listDueMessages, postponeRefused, renewClaims } from './outbox-queries.ts';

/** Waits between attempts; the last one repeats. Quick at first, because most faults last seconds. */
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000, MINUTE_MS, 5 * MINUTE_MS] as const;
/**
 * A person who blocked the bot, a revoked token, a lost chat: an event ends it, and reopens the message. Tried again soon,
 * because the event may have come while the attempt was still failing; later this is the safety net.
 */
const BLOCKED_PAUSES_MS = [2_000, 10_000, MINUTE_MS, 10 * MINUTE_MS] as const;
/** What is refused is tried again after as long as it has been refused already, within these bounds. */
const SHORTEST_REFUSED_MS = SECOND_MS;
const LONGEST_REFUSED_MS = HOUR_MS;
/** For so long Telegram may change its mind before somebody is asked to help; what stays is then tried this seldom. */
const GIVEN_OVER_AFTER_MS = DAY_MS;
const SELDOM_MS = 6 * HOUR_MS;
/** As many of one bot at once as its budget at Telegram can feed. */
const LANE_WIDTH = 8;

export interface OutboxDispatcher {
  /**
   * Delivers one message if it is due and free; quietly does nothing otherwise. Bots take turns: one with a long line waits
   * in its own lane, and holds up nobody else's. Returns as soon as it stands there.
   * @returns false where nothing new is taken any more
   */
  dispatch(message: DueMessage): boolean;
  /** How many stand in lanes, or are being delivered. */
  readonly inHand: number;
  /** Due messages that nobody holds. */
  listDue(limit: number): Promise<DueMessage[]>;
  /** Waits for what is in hand, at most `timeoutMs`; what is left falls free when its lease ends. */
  close(timeoutMs: number): Promise<void>;
}

export interface DispatcherDeps {
  prisma: PrismaClient;
  claims: OutboxClaims;
  clock: Clock;
  waker: Waker;
  table: OutboxTable;
  /** Names this process among those that share the database. */
  processId: string;
  report: (error: unknown, tags: Record<string, string>) => void;
  /** Runs the delivery of a message as one piece of a trace. */
  trace: <T>(
    kind: 'outbox',
    what: string,
    tags: Record<string, string>,
    work: () => Promise<T>,
  ) => Promise<T>;
  /** It was refused for a day: somebody has to know, and what they can do. */
  givenOver: (message: ClaimedMessage) => Promise<void>;
  /** Telegram refused a bot's token: whoever looks after bots sees to it. */
  tokenDied: (botId: number) => Promise<void>;
}

export function createOutboxDispatcher(deps: DispatcherDeps): OutboxDispatcher {
  const inHand = new Map<bigint, Promise<void>>();
  /** Something happened while they were in hand: they are looked at once more. */
  const again = new Map<bigint, DueMessage>();
  let closing = false;

  const heartbeat = setInterval(
    () => {
      if (inHand.size === 0) return;
      renewClaims(deps.prisma, [...inHand.keys()], deps.processId).catch((error: unknown) =>
        deps.report(error, { part: 'outbox-lease' }),
      );
    },
    (LEASE_SECONDS * SECOND_MS) / 3,
  );
  heartbeat.unref();

  async function handleClaimed(message: ClaimedMessage): Promise<void> {
    const { rules, handle } = readMessage(deps.table, message);
    const finish = (outcome: OutboxOutcome) =>
      deps.claims.finish(message.id, deps.processId, outcome, deps.clock.now());
    if (message.isBotRemoved && rules.endsWithBot) return finish('bot-removed');
    if (message.interrupted && rules.onUnknown === 'counts as sent') return finish('unknown');
    let outcome: OutboxOutcome;
    try {
      outcome = await deps.trace('outbox', message.kind, {}, handle);
    } catch (error) {
      const verdict = judge(message, rules, error);
      if (message.botId !== null && isDeliveryFailure(error, 'token-dead'))
        await deps.tokenDied(message.botId);
      const mustReport = verdict.report && !message.isReported;
      if (mustReport) deps.report(error, await tagsOf(message));
      if (verdict.isGivenOver) await deps.givenOver(message);
      if ('outcome' in verdict) return finish(verdict.outcome);
      await postpone(message, verdict, mustReport);
      // Never at once: it is still in hand here.
      await deps.waker.wake([{ id: message.id, botId: message.botId }], Math.max(1, verdict.retryInMs));
      return;
    }
    // Outside, because what was delivered must not be judged by a note that could not be written.
    await finish(outcome);
  }

  async function postpone(
    { id, refusedForMs }: ClaimedMessage,
    { retryInMs: delayMs, because }: Retry,
    isReported: boolean,
  ): Promise<void> {
    if (because === 'refused')
      return postponeRefused(deps.prisma, id, deps.processId, { delayMs, isReported });
    if (because === 'blocked' && refusedForMs !== null) await forgetRefusal(deps.prisma, id, deps.processId);
    await deps.claims.postpone(id, deps.processId, delayMs);
  }

  async function tagsOf({ id, kind, botId }: ClaimedMessage): Promise<Record<string, string>> {
    const bot =
      botId === null
        ? null
        : await deps.prisma.sellerBot.findUnique({ where: { id: botId }, select: { telegramBotId: true } });
    return {
      part: 'outbox',
      outbox: kind,
      item: String(id),
      ...(bot && { tenant: String(bot.telegramBotId) }),
    };
  }

  const lanes = new Map<number | null, Lane>();

  async function handleNow(id: bigint): Promise<void> {
    const work = (async () => {
      const message = await deps.claims.claim(id, deps.processId, deps.clock.now());
      if (message) await handleClaimed(message);
    })();
    inHand.set(id, work);
    try {
      await work;
    } finally {
      inHand.delete(id);
      const message = again.get(id);
      if (again.delete(id) && message) dispatch(message);
    }
  }

  /** One after the other until the lane is empty. What cannot even be claimed now is found again by the sweep. */
  async function drain(botId: number | null, lane: Lane): Promise<void> {
    lane.running += 1;
    for (const id of lane.waiting) {
      lane.waiting.delete(id);
      if (closing) break;
      await handleNow(id).catch((error: unknown) => deps.report(error, { part: 'outbox', item: String(id) }));
    }
    lane.running -= 1;
    if (lane.running === 0 && lane.waiting.size === 0) lanes.delete(botId);
  }

  function dispatch(message: DueMessage): boolean {
    if (closing) return false;
    const { id, botId } = message;
    if (inHand.has(id)) {
      again.set(id, message);
      return true;
    }
    const lane = lanes.get(botId) ?? { running: 0, waiting: new Set<bigint>() };
    lanes.set(botId, lane);
    lane.waiting.add(id);
    if (lane.running < LANE_WIDTH) void drain(botId, lane);
    return true;
  }

  return {
    dispatch,
    get inHand() {
      return [...lanes.values()].reduce((sum, { waiting }) => sum + waiting.size, inHand.size);
    },
    listDue: (limit) => listDueMessages(deps.prisma, deps.clock.now(), limit),
    async close(timeoutMs) {
      closing = true;
      await within(timeoutMs, Promise.allSettled(inHand.values()));
      clearInterval(heartbeat);
    },
  };
}

interface Lane {
  running: number;
  /** In the order of their coming, each once. */
  waiting: Set<bigint>;
}

/** A kind, or a payload, that this program does not know: a newer one wrote it, and it waits for that. */
class UnknownMessage extends Error {
  override readonly name = 'UnknownMessage';
}

/** What this program knows of a message. One that it does not know has no rules but to wait, whatever its kind's are here. */
function readMessage<K extends OutboxKind>(
  table: OutboxTable,
  message: ClaimedMessage<K>,
): { rules: OutboxRules; handle: () => Promise<OutboxOutcome> } {
  const { kind } = message;
  const definition = (table as Partial<OutboxTable>)[kind] as OutboxTable[K] | undefined;
  const payload = definition?.payload.safeParse(message.payload);
  if (definition && payload?.success) {
    return { rules: definition, handle: () => definition.handle(payload.data, message) };
  }
  const unknown = new UnknownMessage(`No handler for the outbox message ${kind}`, { cause: payload?.error });
  return { rules: { onUnknown: 'retry' }, handle: () => Promise.reject(unknown) };
}

interface Retry {
  retryInMs: number;
  /**
   * `blocked`: an event opens it. `passing`: it never left, or nobody knows. `refused`: Telegram's answer, or a fault
   * of ours, that only time or a person can change.
   */
  because: 'blocked' | 'passing' | 'refused';
}

type Verdict = ({ outcome: OutboxOutcome } | Retry) & {
  /** A fault, once for each message. */
  report: boolean;
  /** It was refused for so long that somebody has to help. */
  isGivenOver: boolean;
};

/** What an attempt that threw means for its message. */
function judge(message: ClaimedMessage, rules: OutboxRules, error: unknown): Verdict {
  const backoff = BACKOFF_MS[Math.min(message.earlierAttempts, BACKOFF_MS.length - 1)] ?? 0;
  const blockedPause =
    BLOCKED_PAUSES_MS[Math.min(message.earlierAttempts, BLOCKED_PAUSES_MS.length - 1)] ?? 0;
  const ended = (outcome: OutboxOutcome): Verdict => ({ outcome, report: false, isGivenOver: false });
  const again = (because: Retry['because'], retryInMs: number): Verdict => ({
    because,
    retryInMs,
    report: false,
    isGivenOver: false,
  });
  // The database or Redis is unavailable: nothing is decided by that.
  if (isUnavailable(error)) return { ...again('passing', backoff), report: true };
  // No owner can help with it.
  if (error instanceof UnknownMessage) return { ...judgeRefusal(message, rules, true), isGivenOver: false };
  if (!(error instanceof DeliveryError)) {
    // A fault of ours. Access and money wait for the mended program; a small notice, which may have gone out, does not.
    if (rules.onUnknown === 'counts as sent') return { ...ended('failed'), report: true };
    return judgeRefusal(message, rules, true);
  }
  switch (error.failure) {
    case 'blocked':
      if (rules.waitsForOpenDoor) return again('blocked', blockedPause);
      return ended('unreachable');
    case 'unknown':
      if (rules.onUnknown === 'counts as sent') return ended('unknown');
      return again('passing', backoff);
    case 'token-dead':
    case 'chat-gone':
    case 'no-rights':
      return again('blocked', blockedPause);
    case 'not-sent':
      return again('passing', error.retryAfterMs ?? backoff);
    case 'unclear':
    case 'voice-unwanted':
    case 'not-copyable':
    case 'file-out-of-reach':
      return judgeRefusal(message, rules, false);
    case 'refused':
      return judgeRefusal(message, rules, true);
    default:
      return error.failure satisfies never;
  }
}

/** Tried with growing pauses; given over after a day, and by then small things have had their time. */
function judgeRefusal({ refusedForMs }: ClaimedMessage, rules: OutboxRules, report: boolean): Verdict {
  const forMs = refusedForMs ?? 0;
  const isGivenOver = forMs >= GIVEN_OVER_AFTER_MS;
  if (!isGivenOver) {
    const pause = Math.min(Math.max(forMs, SHORTEST_REFUSED_MS), LONGEST_REFUSED_MS);
    return { retryInMs: pause, because: 'refused', report, isGivenOver };
  }
  if (rules.endsWhenRefused) return { outcome: 'failed', report, isGivenOver };
  return { retryInMs: SELDOM_MS, because: 'refused', report, isGivenOver };
}
