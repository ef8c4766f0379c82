import type { Prisma, StarSubscription } from '../../../infra/prisma-client/client.ts';
import type { FollowerWork } from '../../../kernel/events.ts';
import type { NewMessage } from '../../../kernel/outbox/outbox-message.ts';
import { isForgotten } from '../../../kernel/tenant-scope.ts';
import type { Db, Work } from '../../../kernel/unit-of-work.ts';
import { PLACE_HELD_MS } from '../../subscriptions/subscription.ts';

/**
 * `active`: Telegram takes Stars again at its end. `canceled`, `failed`: it does not, and may yet by its person's will.
 * `ended`: it is over, or nothing that comes of it counts any more.
 */
export type RenewalState = 'active' | 'canceled' | 'failed' | 'ended';

/** What somebody pays for again and again in one of these chats. */
export function findRunningRenewal(
  db: Db,
  { endUserId, channelIds }: { endUserId: number; channelIds: readonly number[] },
): Promise<StarSubscription | null> {
  return db.starSubscription.findFirst({
    where: { endUserId, channelId: { in: [...channelIds] }, state: 'active' },
  });
}

/** What an order began; the newest, where it did so more than once. */
export function findRenewalOf(db: Db, paymentId: number): Promise<StarSubscription | null> {
  return db.starSubscription.findFirst({ where: { paymentId }, orderBy: { id: 'desc' } });
}

/**
 * Nothing is to be paid again for these: Telegram is told, so that their person is not charged for what they cannot have.
 * @param telegramUserId of whoever is forgotten in the same transaction: afterwards nobody knows it
 */
export async function stopRenewals(
  { db, enqueue }: Pick<FollowerWork, 'db' | 'enqueue'>,
  where: Prisma.StarSubscriptionWhereInput,
  telegramUserId: bigint | null = null,
): Promise<void> {
  const running = await db.starSubscription.findMany({
    where: { ...where, ...NOT_STOPPED },
    select: { id: true, botId: true },
  });
  for (const one of running) enqueue(stopOf(one, telegramUserId));
}

/** The same for everybody who is forgotten in this transaction, before they are. */
export async function stopRenewalsOfForgotten(
  { db, now, enqueue }: Pick<Work, 'db' | 'now' | 'enqueue'>,
  where: Prisma.StarSubscriptionWhereInput,
): Promise<void> {
  const running = await db.starSubscription.findMany({
    where: { ...where, ...NOT_STOPPED, expiresAt: { gt: new Date(now.getTime() - PLACE_HELD_MS) } },
    select: { id: true, botId: true, endUser: { select: { telegramUserId: true } } },
  });
  for (const { endUser, ...one } of running) {
    if (!isForgotten(endUser)) enqueue(stopOf(one, endUser.telegramUserId));
  }
}

const NOT_STOPPED = {
  OR: [{ canceledBy: null }, { canceledBy: 'user' }],
} as const satisfies Prisma.StarSubscriptionWhereInput;

/** However many reasons there are, it is stopped once; one that waits for its person's id cannot do it any more. */
function stopOf(
  { id: starSubscriptionId, botId }: Pick<StarSubscription, 'id' | 'botId'>,
  forgotten: bigint | null,
): NewMessage {
  const kind = 'stop-star-subscription';
  const key = `${kind}:${starSubscriptionId}`;
  if (forgotten === null) return { kind, key, botId, payload: { starSubscriptionId } };
  const payload = { starSubscriptionId, telegramUserId: String(forgotten) };
  return { kind, key: `${key}:forgotten`, botId, payload };
}

/** Those that Telegram may charge for yet. */
export const MAY_BE_CHARGED = {
  state: { in: ['active', 'canceled'] },
} as const satisfies Prisma.StarSubscriptionWhereInput;
