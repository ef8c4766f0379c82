import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Prisma, type PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { UnitOfWork } from '../../../kernel/unit-of-work.ts';
import { within } from '../../../shared/async/time-limit.ts';
import type { Clock } from '../../../shared/clock.ts';
import { SECOND_MS } from '../../../shared/durations.ts';
import { listPlansOfBot } from '../../subscriptions/chat-plans.ts';
import { waitsUntil } from '../broadcast.ts';
import type { BroadcastGateway, CopyContent } from '../broadcast-gateway.ts';
import { giveUpTaken, readCounts, settleCounts, takeRecipient } from '../recipients.ts';
import { createCopyThrottle } from './copy-throttle.ts';
import { createDeliveries, type DeliveriesDeps } from './deliveries.ts';
import { listObstructed, listSending, lookAtBroadcast, type SendingBroadcast } from './open-broadcasts.ts';
import { createProgressDisplay } from './progress-display.ts';
import { leavePlace, RENEW_EVERY_MS, takePlace } from './sender-place.ts';

/** What goes out is read anew this often. */
const LIST_EVERY_MS = SECOND_MS;
/** Another process sends, or something is unavailable: then this one looks again. */
const LOOK_AGAIN_MS = SECOND_MS;

export interface BroadcastSender {
  /** There may be something to send. Losing a call loses nothing: the sweep makes one. */
  wake(): void;
  /** Waits for what is under way, at most `timeoutMs`; what is left counts as unknown. */
  close(timeoutMs: number): Promise<void>;
}

export interface BroadcastSenderDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  gateway: BroadcastGateway;
  /** Names this process among those that share the database. */
  processId: string;
  /** Copies of all bots. */
  perSecond: number;
  timeZone: string;
  moderatorIds: readonly bigint[];
  tokenDied: DeliveriesDeps['tokenDied'];
  report: (error: unknown, tags: Record<string, string>) => void;
}

/**
 * Sends broadcasts, one bot after the other, as long as there are any. Each recipient is taken in a commit of its own before
 * the call, so whatever dies, nobody gets anything twice.
 */
export function createBroadcastSender(deps: BroadcastSenderDeps): BroadcastSender {
  const { prisma, clock, processId, report } = deps;
  const stopping = new AbortController();
  // Whatever waits ends with the process: after each copy that comes back another wait is under way.
  setMaxListeners(0, stopping.signal);
  let running: Promise<void> | null = null;
  let isWoken = false;
  const isClosing = () => stopping.signal.aborted;
  const pause = (ms: number) =>
    sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
  const throttle = createCopyThrottle({
    now: clock.ticks ?? (() => performance.now()),
    perSecond: deps.perSecond,
  });
  const display = createProgressDisplay(deps);
  const deliveries = createDeliveries({ ...deps, display, hold: throttle.hold, pause, isClosing });

  const isDay = () => waitsUntil(clock.now(), deps.timeZone) === null;

  /** Those that may send nothing any more, and those that are over. */
  async function tend(): Promise<void> {
    for (const id of await listObstructed(prisma)) {
      if (await lookAtBroadcast(deps, id)) await display.show(id);
    }
    await settleCounts(prisma);
  }

  async function run(): Promise<void> {
    while (!isClosing()) {
      isWoken = false;
      try {
        if ((await prisma.broadcast.count({ where: UNSETTLED })) === 0) return;
        if (await holdPlace()) {
          await tend();
          if (isDay()) await sendAll();
          await tend();
          await leavePlace(prisma, processId);
          if (!isWoken) return;
        } else {
          // Whoever has the place may be dead.
          if (!isDay() || (await listSending(prisma)).length === 0) return;
          await pause(LOOK_AGAIN_MS);
        }
      } catch (error) {
        report(error, { part: 'broadcasts' });
        await pause(LOOK_AGAIN_MS);
      }
    }
  }

  async function holdPlace(): Promise<boolean> {
    const place = await takePlace(prisma, processId);
    if (place === 'taken') await giveUpTaken(prisma, clock.now());
    return place !== null;
  }

  async function contentOf({ botId, planId }: SendingBroadcast): Promise<CopyContent> {
    if (planId === null) return NO_PLAN;
    const [[plan = null], chats] = await Promise.all([
      listPlansOfBot(prisma, { botId, planId }, clock.now()),
      prisma.channel.findMany({ where: { botId, disconnectedAt: null }, select: { id: true, type: true } }),
    ]);
    const types = chats.map(({ id, type }) => ({ id, type: type as 'channel' | 'group' }));
    return { plan, chats: types };
  }

  /** What goes out, and what stands under each copy. */
  async function readList(): Promise<Listed[]> {
    if (!isDay()) return [];
    const list = await listSending(prisma);
    const fresh = list.filter(({ id }) => !deliveries.knows(id)).map(({ id }) => ({ id, counts: null }));
    for (const [id, counts] of await readCounts(prisma, fresh)) deliveries.know(id, counts);
    return Promise.all(list.map(async (broadcast) => ({ broadcast, content: await contentOf(broadcast) })));
  }

  async function sendAll(): Promise<void> {
    let list: Listed[] = [];
    let listedAt = Number.NEGATIVE_INFINITY;
    let heldAt = performance.now();
    /** Of each broadcast: whom it has come to. */
    const after = new Map<number, number>();
    /** Nobody waits for these any more, but calls are under way that may come back with somebody. */
    const drained = new Set<number>();
    const stopWatching = display.watch(() => list.map(({ broadcast }) => broadcast.id));
    try {
      while (!isClosing()) {
        if (performance.now() - heldAt > RENEW_EVERY_MS) {
          if (!(await holdPlace())) return;
          heldAt = performance.now();
        }
        if (isWoken || !isDay() || performance.now() - listedAt > LIST_EVERY_MS) {
          isWoken = false;
          list = await readList();
          listedAt = performance.now();
        }
        if (list.length === 0) {
          // The night has begun: whoever looks on reads when it goes on.
          for (const id of after.keys()) if (!isDay()) await display.show(id);
          return;
        }
        for (const id of drained) if (deliveries.underWay(id) === 0) drained.delete(id);
        const free = list.filter(({ broadcast: { id } }) => !drained.has(id) && !deliveries.isFull(id));
        if (free.length === 0) {
          await Promise.race([deliveries.oneBack(), pause(LIST_EVERY_MS)]);
          continue;
        }
        const turn = throttle.next(free.map(({ broadcast }) => broadcast.botId));
        if ('waitMs' in turn) {
          await pause(Math.min(turn.waitMs, LIST_EVERY_MS));
          continue;
        }
        const listed = free.find(({ broadcast }) => broadcast.botId === turn.botId);
        if (!listed) continue;
        const { id } = listed.broadcast;
        const from = after.get(id) ?? 0;
        const next = await takeRecipient(prisma, { broadcastId: id, after: from, processId }, clock.now());
        after.set(id, next?.endUserId ?? 0);
        if (next?.person) deliveries.start(listed.broadcast, listed.content, next.person);
        if (next !== null || from > 0) continue;
        if (deliveries.underWay(id) > 0) drained.add(id);
        else {
          const isOtherwise = await lookAtBroadcast(deps, id);
          if (isOtherwise) await display.show(id);
          // Paused or cancelled by somebody, or not ours to send any more: that is read anew.
          else await pause(SHORT_MS);
          listedAt = Number.NEGATIVE_INFINITY;
        }
      }
    } finally {
      stopWatching();
      await deliveries.allBack();
      deliveries.forget();
    }
  }

  /** Passed on by itself: it knows no `this`. */
  function wake(): void {
    isWoken = true;
    if (running || isClosing()) return;
    running = run().finally(() => {
      running = null;
      if (isWoken && !isClosing()) wake();
    });
  }

  return {
    wake,
    async close(timeoutMs) {
      stopping.abort();
      await within(timeoutMs, running ?? Promise.resolve());
    },
  };
}

interface Listed {
  broadcast: SendingBroadcast;
  content: CopyContent;
}

const NO_PLAN: CopyContent = { plan: null, chats: [] };
const SHORT_MS = 100;
/** Those that may need something: to be sent, ended, or counted for good. */
const UNSETTLED = {
  OR: [
    { status: { in: ['scheduled', 'sending', 'paused'] } },
    { status: { in: ['done', 'cancelled'] }, startedAt: { not: null }, counts: { equals: Prisma.DbNull } },
  ],
};
