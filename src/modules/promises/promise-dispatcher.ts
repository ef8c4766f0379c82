import { isAway } from '../../infra/away.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import { within } from '../../shared/time-limit.ts';
import { DeliveryError, isDeliveryFailure } from '../notifications/delivery-error.ts';
import {
  type ClaimedPromise,
  COUNTS_AS_SENT,
  type DuePromise,
  ENDS_WHEN_REFUSED,
  ENDS_WITH_BOT,
  type Keepers,
  LEASE_SECONDS,
  type Nudge,
  type PromiseOutcome,
  WAITS_FOR_OPEN_DOOR,
} from './promise.ts';
import {
  claimPromise,
  finishPromise,
  forgetRefusal,
  listDuePromises,
  postponePromise,
  postponeRefused,
  renewClaims,
} from './promise-repository.ts';

/** Waits between attempts; the last one repeats. Quick at first, because most faults last seconds. */
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000] as const;
/**
 * A closed door, a revoked token or a lost chat opens by an event, which reopens the promise. Tried again soon at first,
 * because the event may have come while the attempt was still failing; later this is the safety net.
 */
const CLOSED_DOOR_MS = [2_000, 10_000, 60_000, 600_000] as const;
/** What is refused is tried again after as long as it has been refused already, within these bounds. */
const SHORTEST_REFUSED_MS = 1_000;
const LONGEST_REFUSED_MS = 3_600_000;
/** For so long Telegram may change its mind before somebody is asked to help; what stays is then tried this seldom. */
const GIVEN_OVER_AFTER_MS = 86_400_000;
const SELDOM_MS = 6 * 3_600_000;
/** As many of one bot at once as its budget at Telegram can feed. */
const LANE_WIDTH = 8;

export interface PromiseDispatcher {
  /**
   * Keeps one promise if it is due and free; quietly does nothing otherwise. Bots take turns: one with a long line waits
   * in its own lane, and holds up nobody else's. Returns as soon as it stands there.
   */
  keep(promise: DuePromise): void;
  /** Due promises that nobody holds. */
  listDue(limit: number): Promise<DuePromise[]>;
  /** Waits for what is in hand, at most `timeoutMs`; what is left falls free when its lease ends. */
  close(timeoutMs: number): Promise<void>;
}

export interface DispatcherDeps {
  prisma: PrismaClient;
  clock: Clock;
  nudge: Nudge;
  keepers: Keepers;
  /** Names this process among those that share the books. */
  processId: string;
  report: (error: unknown, tags: Record<string, string>) => void;
  /** Runs the keeping of a promise as one piece of a trace. */
  trace: <T>(
    kind: 'promise',
    what: string,
    tags: Record<string, string>,
    work: () => Promise<T>,
  ) => Promise<T>;
  /** It was refused for a day: somebody shall know, and what they can do. */
  handOver: (promise: ClaimedPromise) => Promise<void>;
  /** Telegram refused a bot's token: whoever looks after bots sees to it. */
  tokenDied: (botId: number) => Promise<void>;
}

export function createPromiseDispatcher(deps: DispatcherDeps): PromiseDispatcher {
  const inHand = new Map<bigint, Promise<void>>();
  let closing = false;

  const heartbeat = setInterval(
    () => {
      if (inHand.size === 0) return;
      renewClaims(deps.prisma, [...inHand.keys()], deps.processId).catch((error: unknown) =>
        deps.report(error, { part: 'promise-lease' }),
      );
    },
    (LEASE_SECONDS * 1000) / 3,
  );
  heartbeat.unref();

  async function keepClaimed(promise: ClaimedPromise): Promise<void> {
    const finish = (outcome: PromiseOutcome) =>
      finishPromise(deps.prisma, promise.id, deps.processId, outcome, deps.clock.now());
    if (promise.isBotRemoved && ENDS_WITH_BOT.has(promise.kind)) return finish('bot-removed');
    if (promise.interrupted && COUNTS_AS_SENT.has(promise.kind)) return finish('unknown');
    let outcome: PromiseOutcome;
    try {
      const keep = () => keepByKind(deps.keepers, promise);
      outcome = await deps.trace('promise', promise.kind, {}, keep);
    } catch (error) {
      const verdict = judge(promise, error);
      if (promise.botId !== null && isDeliveryFailure(error, 'token-dead'))
        await deps.tokenDied(promise.botId);
      const mustReport = verdict.report && !promise.isReported;
      if (mustReport) deps.report(error, await tagsOf(promise));
      if (verdict.isGivenOver) await deps.handOver(promise);
      if ('outcome' in verdict) return finish(verdict.outcome);
      await postpone(promise, verdict, mustReport);
      await deps.nudge.nudge([{ id: promise.id, botId: promise.botId }], verdict.retryInMs);
      return;
    }
    // Outside, because what was kept must not be judged by a note that could not be written.
    await finish(outcome);
  }

  async function postpone(
    { id, refusedForMs }: ClaimedPromise,
    { retryInMs: delayMs, because }: Retry,
    isReported: boolean,
  ): Promise<void> {
    if (because === 'refused')
      return postponeRefused(deps.prisma, id, deps.processId, { delayMs, isReported });
    if (because === 'closed-door' && refusedForMs !== null)
      await forgetRefusal(deps.prisma, id, deps.processId);
    await postponePromise(deps.prisma, id, deps.processId, delayMs);
  }

  async function tagsOf({ id, kind, botId }: ClaimedPromise): Promise<Record<string, string>> {
    const bot =
      botId === null
        ? null
        : await deps.prisma.sellerBot.findUnique({ where: { id: botId }, select: { telegramBotId: true } });
    return {
      part: 'promise',
      promise: kind,
      item: String(id),
      ...(bot && { tenant: String(bot.telegramBotId) }),
    };
  }

  const lanes = new Map<number | null, Lane>();

  async function keepNow(id: bigint): Promise<void> {
    const work = (async () => {
      const promise = await claimPromise(deps.prisma, id, deps.processId, deps.clock.now());
      if (promise) await keepClaimed(promise);
    })();
    inHand.set(id, work);
    try {
      await work;
    } finally {
      inHand.delete(id);
    }
  }

  /** One after the other until the lane is empty. What cannot even be claimed now is found again by the sweep. */
  async function drain(botId: number | null, lane: Lane): Promise<void> {
    lane.running += 1;
    for (const id of lane.waiting) {
      lane.waiting.delete(id);
      if (closing) break;
      await keepNow(id).catch((error: unknown) => deps.report(error, { part: 'promise', item: String(id) }));
    }
    lane.running -= 1;
    if (lane.running === 0 && lane.waiting.size === 0) lanes.delete(botId);
  }

  return {
    keep({ id, botId }) {
      if (closing || inHand.has(id)) return;
      const lane = lanes.get(botId) ?? { running: 0, waiting: new Set<bigint>() };
      lanes.set(botId, lane);
      lane.waiting.add(id);
      if (lane.running < LANE_WIDTH) void drain(botId, lane);
    },
    listDue: (limit) => listDuePromises(deps.prisma, deps.clock.now(), limit),
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

function keepByKind<K extends ClaimedPromise['kind']>(
  keepers: Keepers,
  promise: ClaimedPromise<K>,
): Promise<PromiseOutcome> {
  return keepers[promise.kind](promise.payload, promise);
}

interface Retry {
  retryInMs: number;
  /**
   * `closed-door`: an event opens it. `passing`: it never left, or nobody knows. `refused`: Telegram's answer, or a fault
   * of ours, that only time or a person can change.
   */
  because: 'closed-door' | 'passing' | 'refused';
}

type Verdict = ({ outcome: PromiseOutcome } | Retry) & {
  /** A fault, once of each promise. */
  report: boolean;
  /** It was refused for so long that somebody has to help. */
  isGivenOver: boolean;
};

/** What an attempt that threw means for its promise. */
function judge(promise: ClaimedPromise, error: unknown): Verdict {
  const backoff = BACKOFF_MS[Math.min(promise.earlierAttempts, BACKOFF_MS.length - 1)] ?? 0;
  const closedDoor = CLOSED_DOOR_MS[Math.min(promise.earlierAttempts, CLOSED_DOOR_MS.length - 1)] ?? 0;
  const ended = (outcome: PromiseOutcome): Verdict => ({ outcome, report: false, isGivenOver: false });
  const again = (because: Retry['because'], retryInMs: number): Verdict => ({
    because,
    retryInMs,
    report: false,
    isGivenOver: false,
  });
  // The database or Redis is unavailable: nothing is decided by that.
  if (isAway(error)) return { ...again('passing', backoff), report: true };
  if (!(error instanceof DeliveryError)) {
    // A fault of ours. Access and money wait for the mended program; a small notice, which may have gone out, does not.
    if (COUNTS_AS_SENT.has(promise.kind)) return { ...ended('failed'), report: true };
    return judgeRefusal(promise, true);
  }
  switch (error.failure) {
    case 'blocked':
      if (WAITS_FOR_OPEN_DOOR.has(promise.kind)) return again('closed-door', closedDoor);
      return ended('unreachable');
    case 'unknown':
      if (COUNTS_AS_SENT.has(promise.kind)) return ended('unknown');
      return again('passing', backoff);
    case 'token-dead':
    case 'chat-gone':
    case 'no-rights':
      return again('closed-door', closedDoor);
    case 'not-sent':
      return again('passing', error.retryAfterMs ?? backoff);
    case 'unclear':
    case 'voice-unwanted':
    case 'not-copyable':
    case 'file-out-of-reach':
      return judgeRefusal(promise, false);
    case 'refused':
      return judgeRefusal(promise, true);
    default:
      return error.failure satisfies never;
  }
}

/** Tried with growing pauses; given over after a day, and by then small things have had their time. */
function judgeRefusal({ kind, refusedForMs }: ClaimedPromise, report: boolean): Verdict {
  const forMs = refusedForMs ?? 0;
  const isGivenOver = forMs >= GIVEN_OVER_AFTER_MS;
  if (!isGivenOver) {
    const pause = Math.min(Math.max(forMs, SHORTEST_REFUSED_MS), LONGEST_REFUSED_MS);
    return { retryInMs: pause, because: 'refused', report, isGivenOver };
  }
  if (ENDS_WHEN_REFUSED.has(kind)) return { outcome: 'failed', report, isGivenOver };
  return { retryInMs: SELDOM_MS, because: 'refused', report, isGivenOver };
}
