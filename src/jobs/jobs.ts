import type { Logger } from 'pino';
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { OutboxDispatcher } from '../kernel/outbox/outbox-dispatcher.ts';
import { MOST_WOKEN, type Waker } from '../kernel/outbox/outbox-message.ts';
import type { Services } from '../modules/services.ts';
import type { Clock } from '../shared/clock.ts';
import { SECOND_MS } from '../shared/durations.ts';
import { type Enqueue, scan, scanAll } from './scans.ts';

/** What jobs ask for what they do. */
export interface JobDeps {
  services: Services;
  dispatcher: OutboxDispatcher;
  waker: Waker;
  enqueue: Enqueue<ItemJobName>;
  /** There may be a broadcast to send. */
  wakeSender(): void;
  checkSystem(): Promise<void>;
  checkMainBot(): Promise<void>;
  logger: Logger;
  clock: Clock;
}

/** Reads what it is given, and does it. Each can be done twice without harm. */
export interface Job {
  run(payload: unknown, deps: JobDeps): Promise<unknown>;
}

export interface ScheduledJob extends Job {
  every(config: ScheduleConfig): Every;
}

/** By interval, or as cron says it. */
export type Every = { every: number } | { pattern: string; tz: string };

export type ScheduleConfig = Pick<Config, 'intervals' | 'timeZone'>;

const seconds = (count: number): Every => ({ every: count * SECOND_MS });
/** When the fewest people are awake. */
const atNight = ({ timeZone }: ScheduleConfig): Every => ({ pattern: '30 3 * * *', tz: timeZone });
/** Ten o'clock. */
const inTheMorning = ({ timeZone }: ScheduleConfig): Every => ({ pattern: '0 10 * * *', tz: timeZone });

const message = z.object({ outboxId: z.string().regex(/^\d+$/), botId: z.int().nullable() });
const item = z.object({ id: z.int().positive() });

/** What is done with one thing that a scan found, if it is still due. */
const ITEM_JOBS = {
  endSubscription: given(item, ({ id }, { services }) => services.deadlines.endSubscription(id)),
  warnSubscriber: given(item, ({ id }, { services }) => services.deadlines.warn(id)),
  settleTariff: given(item, ({ id }, { services }) => services.tariffs.settle(id)),
  lookAtMember: given(item, ({ id }, { services }) => services.reconciliation.lookAtMember(id)),
  lookAtStars: given(item, ({ id }, { services }) => services.starReconciliation.lookAtBot(id)),
  checkBot: given(item, ({ id }, { services }) => services.botHealth.checkBot(id)),
};

/**
 * Every job there is, by the queue that it stands in: worker, schedules and what tests run at once follow from this. Names
 * and payloads stand in Redis, where a version before or after this one reads them.
 */
export const JOBS = {
  /** Beside the schedules, so that a long list never waits behind a sweep, nor a sweep behind it. */
  outbox: {
    /** Puts one message into its bot's lane. */
    dispatch: given(message, async ({ outboxId, botId }, { dispatcher }) =>
      dispatcher.dispatch({ id: BigInt(outboxId), botId }),
    ),
  },
  /** One after the other: what takes long makes a job of each thing that it finds. */
  schedules: {
    /**
     * Finds messages that are due and nobody's, whatever became of their wake-ups; lets go of choices that nobody paid for;
     * reminds of money that nobody has returned; sees to broadcasts that go out.
     */
    sweep: {
      every: ({ intervals }) => seconds(intervals.sweepSeconds),
      async run(_, { dispatcher, services, waker, wakeSender }) {
        wakeSender();
        const [due] = await Promise.all([
          dispatcher.listDue(MOST_WOKEN),
          services.checkout.dropStaleChoices(),
          services.refundReminders.remind(),
          services.refundReminders.tellUnheard(),
        ]);
        if (due.length > 0) await waker.wake(due);
      },
    },
    expire: {
      every: ({ intervals }) => seconds(intervals.expireSeconds),
      async run(_, { services, enqueue }) {
        await scan(enqueue, 'endSubscription', services.deadlines.listEnded);
        await scan(enqueue, 'settleTariff', services.tariffs.listDue);
        await services.datedPlans.endDatedPlans();
        await services.starSubscriptions.endOverdue();
      },
    },
    warn: {
      every: ({ intervals }) => seconds(intervals.warnSeconds),
      async run(_, { services, enqueue }) {
        await scan(enqueue, 'warnSubscriber', services.deadlines.listToWarn);
        await scan(enqueue, 'settleTariff', services.tariffs.listDue);
      },
    },
    checkBots: {
      every: ({ intervals }) => seconds(intervals.checkBotsSeconds),
      async run(_, { services, enqueue, checkMainBot }) {
        await scanAll(enqueue, 'checkBot', services.botHealth.listToCheck);
        await checkMainBot();
      },
    },
    checkSystem: {
      every: ({ intervals }) => seconds(intervals.checkSystemSeconds),
      run: (_, { checkSystem }) => checkSystem(),
    },
    /** Puts right at night what fell through by day, and deletes what has had its time. */
    reconcile: {
      every: atNight,
      async run(_, { services, enqueue, logger, clock }) {
        logger.info(await services.reconciliation.reconcile(clock.now()), 'reconciled');
        await services.retention.prune();
        await scan(enqueue, 'lookAtMember', services.reconciliation.listMembers);
        await scan(enqueue, 'lookAtStars', services.starReconciliation.listBots);
      },
    },
    /** Tells moderators how the last 24 hours went. */
    dailyReport: {
      every: inTheMorning,
      run: (_, { services }) => services.dailyReports(),
    },
  },
  items: ITEM_JOBS,
} satisfies {
  outbox: Record<string, Job>;
  schedules: Record<string, ScheduledJob>;
  items: Record<string, Job>;
};

export type QueueName = keyof typeof JOBS;
export type ItemJobName = keyof typeof ITEM_JOBS;
export type ScheduledJobName = keyof (typeof JOBS)['schedules'];
export type JobName = keyof (typeof JOBS)['outbox'] | ScheduledJobName | ItemJobName;

function given<Payload>(
  schema: z.ZodType<Payload>,
  run: (payload: Payload, deps: JobDeps) => Promise<unknown>,
): Job {
  return { run: async (payload, deps) => run(schema.parse(payload), deps) };
}
