import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { UnitOfWork } from '../../../kernel/unit-of-work.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Language } from '../../../shared/languages.ts';
import { lockBroadcast, pauseByItself } from '../broadcast-changes.ts';
import type { BroadcastGateway, CopyContent } from '../broadcast-gateway.ts';
import type { PauseReason } from '../broadcast-status.ts';
import { noteRecipient, type RecipientCounts, type TakenRecipient } from '../recipients.ts';
import { outcomeOf } from './copy-outcome.ts';
import type { SendingBroadcast } from './open-broadcasts.ts';
import type { ProgressDisplay } from './progress-display.ts';

/** A bot has so many calls under way at once: enough for its pace where Telegram takes a second to answer. */
const AT_ONCE_OF_BOT = 20;
/** Of so many, … */
const FIRST = 100;
/** … so many have blocked the bot: the rest will hardly be glad of it. */
const TOO_MANY_BLOCKED = 0.3;

interface Tally {
  done: number;
  blocked: number;
  underWay: number;
}

/** The calls that are under way, and what comes of them. */
export interface Deliveries {
  /** Whether it counts a broadcast already. */
  knows(broadcastId: number): boolean;
  /** Counts a broadcast on from here. */
  know(broadcastId: number, counts: RecipientCounts): void;
  /** Makes the call; returns at once. */
  start(broadcast: SendingBroadcast, content: CopyContent, person: TakenRecipient): void;
  /** How many calls of it are under way. */
  underWay(broadcastId: number): number;
  isFull(broadcastId: number): boolean;
  /** Resolves when one of all has come back. */
  oneBack(): Promise<void>;
  allBack(): Promise<void>;
  forget(): void;
}

export interface DeliveriesDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  gateway: BroadcastGateway;
  display: Pick<ProgressDisplay, 'show'>;
  hold: (botId: number, ms: number) => void;
  /** Telegram refused a bot's token: whoever looks after bots sees to it. @returns whether the bot goes on with another */
  tokenDied: (botId: number) => Promise<boolean>;
  /** Resolves after a moment; at once while the process ends. */
  pause: (ms: number) => Promise<void>;
  isClosing: () => boolean;
  report: (error: unknown, tags: Record<string, string>) => void;
}

const AGAIN_MS = 500;

export function createDeliveries(deps: DeliveriesDeps): Deliveries {
  const { prisma, clock, report } = deps;
  const calls = new Set<Promise<void>>();
  const tallies = new Map<number, Tally>();
  const tallyOf = (id: number): Tally => {
    const tally = tallies.get(id) ?? { done: 0, blocked: 0, underWay: 0 };
    tallies.set(id, tally);
    return tally;
  };

  /** What came of a call must be known: while the database is unavailable it is kept here. */
  async function note(what: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await what();
        return;
      } catch (error) {
        report(error, { part: 'broadcasts' });
        if (deps.isClosing()) return;
        await deps.pause(AGAIN_MS);
      }
    }
  }

  async function pauseFor({ id }: SendingBroadcast, reason: PauseReason): Promise<void> {
    await deps.transact(async (work) => {
      const row = await lockBroadcast(work, id);
      if (row?.status !== 'sending' || (reason === 'blocked' && row.blocksAccepted)) return;
      await pauseByItself(work, row, reason);
    });
    await deps.display.show(id);
  }

  async function deliver(
    broadcast: SendingBroadcast,
    content: CopyContent,
    { endUserId, telegramUserId, language }: TakenRecipient,
  ): Promise<void> {
    const { id, botId, telegramBotId } = broadcast;
    const to = { telegramBotId, telegramUserId, language: language as Language };
    const outcome = await outcomeOf(() => deps.gateway.sendCopy(to, broadcast, content));
    if (outcome.holdMs !== undefined) deps.hold(botId, outcome.holdMs);
    if (outcome.fault !== undefined) report(outcome.fault, { part: 'broadcasts', item: String(id) });
    await note(() => noteRecipient(prisma, { broadcastId: id, endUserId }, outcome.state, clock.now()));
    const tally = tallyOf(id);
    if (outcome.state !== 'waiting') tally.done += 1;
    if (outcome.state === 'blocked') {
      tally.blocked += 1;
      const data = { blockedAt: clock.now() };
      await note(() => prisma.endUser.updateMany({ where: { id: endUserId, blockedAt: null }, data }));
    }
    const goesOn = outcome.pause === 'token' && (await deps.tokenDied(botId));
    if (goesOn) deps.hold(botId, AGAIN_MS);
    else if (outcome.pause) await pauseFor(broadcast, outcome.pause);
    const isUnwanted = tally.done >= FIRST && tally.blocked > TOO_MANY_BLOCKED * tally.done;
    // Those who blocked it may have come before the rest were counted: whoever comes now, it is looked at.
    if (isUnwanted && !broadcast.blocksAccepted) await pauseFor(broadcast, 'blocked');
  }

  return {
    knows: (id) => tallies.has(id),
    know(id, { sent, blocked, failed, unknown }) {
      Object.assign(tallyOf(id), { done: sent + blocked + failed + unknown, blocked });
    },
    start(broadcast, content, person) {
      const tally = tallyOf(broadcast.id);
      tally.underWay += 1;
      const call = deliver(broadcast, content, person)
        .catch((error: unknown) => report(error, { part: 'broadcasts', item: String(broadcast.id) }))
        .finally(() => {
          tally.underWay -= 1;
          calls.delete(call);
        });
      calls.add(call);
    },
    underWay: (id) => tallies.get(id)?.underWay ?? 0,
    isFull: (id) => (tallies.get(id)?.underWay ?? 0) >= AT_ONCE_OF_BOT,
    oneBack: () => Promise.race(calls),
    async allBack() {
      await Promise.all(calls);
    },
    forget: () => tallies.clear(),
  };
}
