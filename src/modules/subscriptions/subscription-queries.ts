import type { Prisma } from '../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { isForgotten, type TenantScope } from '../../kernel/tenant-scope.ts';

/** An end user as they are under the lock; `telegramUserId` is negative of whoever was forgotten. */
export interface LockedEndUser {
  banned: boolean;
  telegramUserId: bigint;
}

/** Nobody disconnects the chats beside us, and nobody gets time in one that is gone. @throws AppError `chatNotConnected` */
export async function requireConnected(
  db: Prisma.TransactionClient,
  { botId, channelIds }: { botId: number; channelIds: readonly number[] },
): Promise<void> {
  await readConnected(db, { botId, channelIds });
}

/**
 * The same where time is given. Chats that are sold together are given together: also one from which the bot was thrown
 * out keeps it back, whose way in would wait for its return.
 * @throws AppError `chatNotConnected`
 */
export async function requireGivable(
  db: Prisma.TransactionClient,
  about: { botId: number; channelIds: readonly number[] },
): Promise<void> {
  const chats = await readConnected(db, about);
  const lost = chats.find(({ hasRights }) => !hasRights);
  if (lost && chats.length > 1) throw new AppError('chatNotConnected', { title: lost.title });
}

async function readConnected(
  db: Prisma.TransactionClient,
  { botId, channelIds }: { botId: number; channelIds: readonly number[] },
): Promise<{ title: string; hasRights: boolean }[]> {
  const chats = await db.$queryRaw<{ title: string; isConnected: boolean; hasRights: boolean }[]>`
    SELECT title, connected_at IS NOT NULL AND disconnected_at IS NULL AS "isConnected",
           can_invite OR can_restrict AS "hasRights"
      FROM channels WHERE id = ANY(${channelIds}::int[]) AND user_bot_id = ${botId} ORDER BY id FOR SHARE`;
  const gone = chats.find(({ isConnected }) => !isConnected);
  if (gone || chats.length < channelIds.length)
    throw new AppError('chatNotConnected', { title: gone?.title ?? '' });
  return chats;
}

/**
 * Everything that changes an end user's payments or subscriptions takes this lock first, and that of the chat after it:
 * so decisions about one person stand in a line, and never in each other's way.
 */
export async function lockEndUser(
  db: Prisma.TransactionClient,
  endUserId: number,
  botId: number,
): Promise<LockedEndUser | null> {
  const [endUser] = await db.$queryRaw<LockedEndUser[]>`
    SELECT banned, telegram_id AS "telegramUserId" FROM end_users
     WHERE id = ${endUserId} AND user_bot_id = ${botId} FOR UPDATE`;
  return endUser ?? null;
}

/**
 * Whoever acts at a bot, under their lock: as they are now, because what was read before may have been overtaken by a ban,
 * or by their own wish to be forgotten.
 * @throws AppError `notFound`, `youAreBanned`
 */
export async function lockBuyer(
  db: Prisma.TransactionClient,
  { botId }: Pick<TenantScope, 'botId'>,
  { endUserId }: Pick<EndUserActor, 'endUserId'>,
): Promise<void> {
  const present = await lockEndUser(db, endUserId, botId);
  if (!present || isForgotten(present)) throw new AppError('notFound');
  if (present.banned) throw new AppError('youAreBanned');
}

/** Nothing can be given to, or taken from, somebody who asked to be forgotten. @throws AppError `endUserForgotten` */
export function requireKnown(endUser: LockedEndUser): void {
  if (isForgotten(endUser)) throw new AppError('endUserForgotten');
}

/** Whom something can be given to. @throws AppError `endUserForgotten`, `endUserBanned` */
export function requireWelcome(endUser: LockedEndUser): void {
  requireKnown(endUser);
  if (endUser.banned) throw new AppError('endUserBanned');
}

/** What somebody has in these chats now: until when, null = lifetime. */
export async function listEnds(
  db: Prisma.TransactionClient,
  endUserId: number,
  channelIds: readonly number[],
): Promise<{ channelId: number; title: string; expiresAt: Date | null }[]> {
  const held = await db.subscription.findMany({
    where: { endUserId, channelId: { in: [...channelIds] }, status: 'active' },
    select: { channelId: true, expiresAt: true, channel: { select: { title: true } } },
    orderBy: { channelId: 'asc' },
  });
  return held.map(({ channelId, expiresAt, channel }) => ({ channelId, expiresAt, title: channel.title }));
}

/** A lifetime in every one of these chats: there is nothing to sell or to give them any more. */
export async function hasLifetimeInAll(
  db: Prisma.TransactionClient,
  endUserId: number,
  channelIds: readonly number[],
): Promise<boolean> {
  const lifetimes = await db.subscription.count({
    where: { endUserId, channelId: { in: [...channelIds] }, status: 'active', expiresAt: null },
  });
  return lifetimes >= channelIds.length;
}
