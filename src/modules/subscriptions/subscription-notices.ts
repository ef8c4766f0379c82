import type { Prisma } from '../../infra/prisma-client/client.ts';
import type { KnownPerson } from '../../kernel/person.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { type ChatName, chatState } from '../channels/channel.ts';
import { defineNotices } from '../notifications/notice.ts';

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

declare module '../notifications/notice.ts' {
  interface Notices {
    accessTakenBack: AboutSubscription;
    accessShortened: AboutSubscription;
    accessEndedByOwner: AboutSubscription;
  }
}

const ABOUT_SUBSCRIPTION = { isSure: true, isQuiet: false, content: readSubscriptionContent } as const;

export const SUBSCRIPTION_NOTICES = defineNotices({
  accessTakenBack: ABOUT_SUBSCRIPTION,
  accessShortened: ABOUT_SUBSCRIPTION,
  accessEndedByOwner: ABOUT_SUBSCRIPTION,
});

export const WITH_PLACE = { endUser: true, channel: { include: { bot: true } } } as const;

/** Null for one that is no more. */
export async function readSubscriptionContent(
  db: Db,
  { subscriptionId }: { subscriptionId: number },
): Promise<SubscriptionContent | null> {
  const row = await findSubscription(db, subscriptionId);
  return row && toSubscriptionContent(row);
}

export type PlacedSubscription = Prisma.SubscriptionGetPayload<{ include: typeof WITH_PLACE }>;

/** For notices that say more than `SubscriptionContent` holds. */
export function findSubscription(db: Db, id: number): Promise<PlacedSubscription | null> {
  return db.subscription.findUnique({ where: { id }, include: WITH_PLACE });
}

export function toSubscriptionContent(row: PlacedSubscription): SubscriptionContent {
  const { id: subscriptionId, endUser, channel, expiresAt } = row;
  return { subscriptionId, endUser, chat: chatState(channel), botUsername: channel.bot.username, expiresAt };
}
