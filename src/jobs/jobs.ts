import { z } from 'zod';
import type { DueMessage } from '../kernel/outbox/outbox-message.ts';

/** A kind of job: reads what it is given, and does it. Each can be done twice without harm. */
export type JobKind = (payload: unknown) => Promise<void>;

export interface JobWork {
  dispatch(message: DueMessage): void;
  sweep(): Promise<void>;
  expire(): Promise<void>;
  warn(): Promise<void>;
  endSubscription(id: number): Promise<void>;
  warnSubscriber(id: number): Promise<void>;
  settleTariff(id: number): Promise<void>;
  checkBots(): Promise<void>;
  checkSystem(): Promise<void>;
  reconcile(): Promise<void>;
  dailyReport(): Promise<void>;
  lookAtMember(id: number): Promise<void>;
  checkBot(id: number): Promise<void>;
}

export type JobName = keyof JobWork;

const itemPayload = z.object({ id: z.int().positive() });
const wakePayload = z.object({ outboxId: z.string().regex(/^\d+$/), botId: z.int().nullable() });

/** Every job there is. */
export function createJobKinds(work: JobWork): Record<JobName, JobKind> {
  return {
    // Puts one message into its bot's lane.
    dispatch: async (payload) => {
      const { outboxId, botId } = wakePayload.parse(payload);
      work.dispatch({ id: BigInt(outboxId), botId });
    },
    // Finds messages that nobody delivers, and choices that nobody paid for.
    sweep: () => work.sweep(),
    // Find what is due, and make a job of each.
    expire: () => work.expire(),
    warn: () => work.warn(),
    endSubscription: (payload) => work.endSubscription(itemPayload.parse(payload).id),
    // Puts right at night what fell through by day.
    reconcile: () => work.reconcile(),
    // Tells moderators how the last 24 hours went.
    dailyReport: () => work.dailyReport(),
    lookAtMember: (payload) => work.lookAtMember(itemPayload.parse(payload).id),
    checkBots: () => work.checkBots(),
    checkSystem: () => work.checkSystem(),
    checkBot: (payload) => work.checkBot(itemPayload.parse(payload).id),
    settleTariff: (payload) => work.settleTariff(itemPayload.parse(payload).id),
    warnSubscriber: (payload) => work.warnSubscriber(itemPayload.parse(payload).id),
  };
}
