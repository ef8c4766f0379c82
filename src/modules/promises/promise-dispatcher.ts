import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import { within } from '../../shared/time-limit.ts';
import { DeliveryError, isDeliveryFailure } from '../notifications/delivery-error.ts';
import {
  type ClaimedPromise,
  COUNTS_AS_SENT,
  type DuePromise,
  type Keepers,
  LEASE_SECONDS,
  type Nudge,
  type PromiseOutcome,
  WAITS_FOR_OPEN_DOOR,
} from './promise.ts';
import {
  claimPromise,
  finishPromise,
  listDuePromises,
  postponePromise,
  renewClaims,
} from './promise-repository.ts';

/** Waits between attempts; the last one repeats. Quick at first, because most faults last seconds. */
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000] as const;
/**
 * A closed door, a revoked token or a lost chat opens by an event, which reopens the promise. Tried again soon at first,
 * because the event may have come while the attempt was still failing; later this is the safety net.
 */
const CLOSED_DOOR_MS = [2_000, 10_000, 60_000, 600_000] as const;
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
    if (promise.interrupted && COUNTS_AS_SENT.has(promise.kind)) return finish('unknown');
    try {
      const keep = () => keepByKind(deps.keepers, promise);
      await finish(await deps.trace('promise', promise.kind, {}, keep));
    } catch (error) {
      const verdict = judge(promise, error);
      if (promise.botId !== null && isDeliveryFailure(error, 'token-dead'))
        await deps.tokenDied(promise.botId);
      if (verdict.report) deps.report(error, await tagsOf(promise));
      if ('outcome' in verdict) return finish(verdict.outcome);
      await postponePromise(deps.prisma, promise.id, deps.processId, verdict.retryInMs);
      await deps.nudge.nudge([{ id: promise.id, botId: promise.botId }], verdict.retryInMs);
    }
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

type Verdict = ({ outcome: PromiseOutcome } | { retryInMs: number }) & { report: boolean };

/** What an attempt that threw means for its promise. */
function judge(promise: ClaimedPromise, error: unknown): Verdict {
  const backoff = BACKOFF_MS[Math.min(promise.earlierAttempts, BACKOFF_MS.length - 1)] ?? 0;
  const closedDoor = CLOSED_DOOR_MS[Math.min(promise.earlierAttempts, CLOSED_DOOR_MS.length - 1)] ?? 0;
  if (!(error instanceof DeliveryError) || error.failure === 'refused') {
    // A fault of ours. Access and money wait for the mended program; a small notice does not.
    if (COUNTS_AS_SENT.has(promise.kind)) return { outcome: 'failed', report: true };
    return { retryInMs: backoff, report: true };
  }
  switch (error.failure) {
    case 'blocked':
      if (WAITS_FOR_OPEN_DOOR.has(promise.kind)) return { retryInMs: closedDoor, report: false };
      return { outcome: 'unreachable', report: false };
    case 'unknown':
      if (COUNTS_AS_SENT.has(promise.kind)) return { outcome: 'unknown', report: false };
      return { retryInMs: backoff, report: false };
    case 'token-dead':
    case 'chat-gone':
    case 'no-rights':
      return { retryInMs: closedDoor, report: false };
    case 'not-sent':
      return { retryInMs: error.retryAfterMs ?? backoff, report: false };
    default:
      return error.failure satisfies never;
  }
}
