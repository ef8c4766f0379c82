import type { Db } from '../../kernel/unit-of-work.ts';
import { type ChatName, chatState } from '../channels/channel.ts';
import { defineNotices } from '../notifications/notice.ts';
import { type ChatPlan, findPlansAfterTrial } from './chat-plans.ts';
import { findRenewals } from './renewal-queries.ts';
import type { Renewal } from './subscription.ts';
import { type PlacedSubscription, WITH_PLACE } from './subscription-notices.ts';

/** Of which ends one message speaks. */
export interface ToldEnds {
  subscriptionId: number;
  /** The end that is told: another one by then makes the telling senseless. Absent from what older programs stored. */
  expiresAt?: string;
  /** The same person's others that end within an hour of it. */
  others?: { subscriptionId: number; expiresAt: string }[];
}

/** One of the subscriptions of which a message speaks. */
export interface ToldEnd {
  chat: ChatName;
  expiresAt: Date;
  graceUntil: Date | null;
}

export interface EndsContent {
  /** The earliest first. */
  ends: readonly [ToldEnd, ...ToldEnd[]];
  /** What renews them all in one press. */
  renewal: Renewal | null;
  /** What may be bought after a trial; null where they are none. */
  plansAfterTrial: readonly ChatPlan[] | null;
}

interface AboutEnds {
  to: 'endUser';
  payload: ToldEnds;
  content: EndsContent;
}

declare module '../notifications/notice.ts' {
  interface Notices {
    subscriptionEnds: AboutEnds & { content: { timeLeftMs: number } };
    graceBegan: AboutEnds;
    subscriptionEnded: AboutEnds;
  }
}

export const END_NOTICES = defineNotices({
  subscriptionEnds: {
    isSure: false,
    isQuiet: false,
    async content(db, told, { now }) {
      const content = await readEnds(
        db,
        told,
        now,
        ({ status, expiresAt }) => status === 'active' && expiresAt > now,
      );
      if (!content) return null;
      return { ...content, timeLeftMs: content.ends[0].expiresAt.getTime() - now.getTime() };
    },
  },
  graceBegan: {
    isSure: true,
    isQuiet: false,
    content: (db, told, { now }) =>
      readEnds(
        db,
        told,
        now,
        ({ status, graceUntil }) => status === 'active' && graceUntil !== null && graceUntil > now,
      ),
  },
  subscriptionEnded: {
    isSure: true,
    isQuiet: false,
    content: (db, told, { now }) => readEnds(db, told, now, ({ status }) => status !== 'kicked'),
  },
});

type TimedSubscription = PlacedSubscription & { expiresAt: Date };

/**
 * Those of the told ends of which the message still holds: none was renewed, shortened or taken back meanwhile.
 * @returns null where it holds of none
 */
async function readEnds(
  db: Db,
  { subscriptionId, expiresAt, others = [] }: ToldEnds,
  now: Date,
  holds: (subscription: TimedSubscription) => boolean,
): Promise<EndsContent | null> {
  const told = new Map<number, string | undefined>(
    others.map((other) => [other.subscriptionId, other.expiresAt]),
  );
  told.set(subscriptionId, expiresAt);
  const rows = await db.subscription.findMany({
    where: { id: { in: [...told.keys()] } },
    include: WITH_PLACE,
    orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }],
  });
  const [first, ...rest] = rows.filter((row): row is TimedSubscription => {
    if (row.expiresAt === null) return false;
    const end = told.get(row.id) ?? row.expiresAt.toISOString();
    return row.expiresAt.toISOString() === end && holds({ ...row, expiresAt: row.expiresAt });
  });
  if (!first) return null;
  const channelIds = [first, ...rest].map(({ channelId }) => channelId);
  return {
    ends: [toToldEnd(first), ...rest.map(toToldEnd)],
    renewal: await findCommonRenewal(db, [first, ...rest], now),
    plansAfterTrial: await findPlansAfterTrial(db, { subscriptionId: first.id, channelIds, now }),
  };
}

function toToldEnd({ channel, expiresAt, graceUntil }: TimedSubscription): ToldEnd {
  return { chat: chatState(channel), expiresAt, graceUntil };
}

/** The plan that was bought last for each of them. */
async function findCommonRenewal(
  db: Db,
  subscriptions: readonly [TimedSubscription, ...TimedSubscription[]],
  now: Date,
): Promise<Renewal | null> {
  const [{ channel, id }] = subscriptions;
  const renewals = await findRenewals(
    db,
    channel,
    subscriptions.map((one) => one.id),
    now,
  );
  const renewal = renewals.get(id);
  const isOfAll = subscriptions.every((one) => renewals.get(one.id)?.planId === renewal?.planId);
  return renewal && isOfAll ? renewal : null;
}
