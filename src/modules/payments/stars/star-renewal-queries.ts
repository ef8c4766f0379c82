import type { Prisma, StarSubscription } from '../../../infra/prisma-client/client.ts';
import type { FollowerWork } from '../../../kernel/events.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';

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
    where: { ...where, OR: [{ canceledBy: null }, { canceledBy: 'user' }] },
    select: { id: true, botId: true },
  });
  const whom = telegramUserId === null ? {} : { telegramUserId: String(telegramUserId) };
  for (const { id: starSubscriptionId, botId } of running) {
    // However many reasons there are, it is stopped once.
    const key = `stop-star-subscription:${starSubscriptionId}`;
    enqueue({ kind: 'stop-star-subscription', key, botId, payload: { starSubscriptionId, ...whom } });
  }
}

/** Those that Telegram may charge for yet. */
export const MAY_BE_CHARGED = {
  state: { in: ['active', 'canceled'] },
} as const satisfies Prisma.StarSubscriptionWhereInput;
