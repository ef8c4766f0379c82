import type { Prisma } from '../../infra/prisma-client/client.ts';
import type { KnownPerson } from '../../kernel/person.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { type ChatName, chatState } from '../channels/channel.ts';
import { defineNotices } from '../notifications/notice.ts';
import { findRenewals } from './renewal-queries.ts';
import type { Renewal } from './subscription.ts';

/** What every notice about somebody's subscription can say. */
export interface SubscriptionContent {
  subscriptionId: number;
  endUser: KnownPerson;
  chat: ChatName;
  botUsername: string;
  /** Null = lifetime. */
  expiresAt: Date | null;
}

interface AboutSubscription {
  to: 'endUser';
  payload: { subscriptionId: number };
  content: SubscriptionContent;
}

/** By what it is renewed in one press. */
interface Renewable {
  renewal: Renewal | null;
}

declare module '../notifications/notice.ts' {
  interface Notices {
    accessTakenBack: AboutSubscription;
    accessShortened: AboutSubscription;
    accessEndedByOwner: AboutSubscription;
    subscriptionEnded: AboutSubscription & { content: Renewable };
    subscriptionEnds: {
      to: 'endUser';
      /** The end that it warns of: another one by then makes the warning senseless. */
      payload: { subscriptionId: number; expiresAt: string };
      content: SubscriptionContent & Renewable & { timeLeftMs: number };
    };
  }
}

const ABOUT_SUBSCRIPTION = { isSure: true, isQuiet: false, content: readSubscriptionContent } as const;

export const SUBSCRIPTION_NOTICES = defineNotices({
  accessTakenBack: ABOUT_SUBSCRIPTION,
  accessShortened: ABOUT_SUBSCRIPTION,
  accessEndedByOwner: ABOUT_SUBSCRIPTION,
  subscriptionEnded: {
    isSure: true,
    isQuiet: false,
    async content(db, { subscriptionId }) {
      const subscription = await findSubscription(db, subscriptionId);
      if (!subscription) return null;
      return { ...toSubscriptionContent(subscription), renewal: await findRenewal(db, subscription) };
    },
  },
  subscriptionEnds: {
    isSure: false,
    isQuiet: false,
    async content(db, { subscriptionId, expiresAt }, { now }) {
      // Renewed, ended or shortened meanwhile: then this warning makes no sense.
      const subscription = await db.subscription.findFirst({
        where: { id: subscriptionId, status: 'active', expiresAt: new Date(expiresAt) },
        include: WITH_PLACE,
      });
      const timeLeftMs = new Date(expiresAt).getTime() - now.getTime();
      if (!subscription || timeLeftMs <= 0) return null;
      return {
        ...toSubscriptionContent(subscription),
        timeLeftMs,
        renewal: await findRenewal(db, subscription),
      };
    },
  },
});

async function findRenewal(db: Db, { id, channel }: PlacedSubscription): Promise<Renewal | null> {
  return (await findRenewals(db, channel, [id])).get(id) ?? null;
}

const WITH_PLACE = { endUser: true, channel: { include: { bot: true } } } as const;

/** Null for one that is no more. */
export async function readSubscriptionContent(
  db: Db,
  { subscriptionId }: { subscriptionId: number },
): Promise<SubscriptionContent | null> {
  const row = await findSubscription(db, subscriptionId);
  return row && toSubscriptionContent(row);
}

type PlacedSubscription = Prisma.SubscriptionGetPayload<{ include: typeof WITH_PLACE }>;

/** For notices that say more than `SubscriptionContent` holds. */
export function findSubscription(db: Db, id: number): Promise<PlacedSubscription | null> {
  return db.subscription.findUnique({ where: { id }, include: WITH_PLACE });
}

export function toSubscriptionContent(row: PlacedSubscription): SubscriptionContent {
  const { id: subscriptionId, endUser, channel, expiresAt } = row;
  return { subscriptionId, endUser, chat: chatState(channel), botUsername: channel.bot.username, expiresAt };
}
