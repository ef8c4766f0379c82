import { Prisma } from '../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { isForgotten, type TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { addsTo, type Duration } from '../plans/duration.ts';

/** An end user as they are under the lock; `telegramUserId` is negative of whoever was forgotten. */
export interface LockedEndUser {
  banned: boolean;
  telegramUserId: bigint;
}

/** Nobody disconnects the chats beside us, and nobody gets time in one that is gone. @throws AppError `chatNotConnected` */
export async function requireConnected(
  db: Prisma.TransactionClient,
  { botId, channelIds }: Chats,
): Promise<void> {
  const [gone] = missing(await readChats(db, { botId, channelIds }, Prisma.sql`FOR SHARE`), channelIds);
  if (gone) throw new AppError('chatNotConnected', { title: gone.title });
}

/**
 * The same where time is given. Chats that are sold as one are given as one: also one from which the bot was thrown
 * out keeps it back, whose way in would wait for its return.
 * @throws AppError `chatNotConnected`
 */
export async function requireGivable(db: Prisma.TransactionClient, about: Chats): Promise<void> {
  const chats = await readChats(db, about, Prisma.sql`FOR SHARE`);
  const [gone] = keptBack(chats, about.channelIds);
  if (gone) throw new AppError('chatNotConnected', { title: gone.title });
}

/** Whether time could be given there now. Nothing is locked: by the time that it is, that may have changed. */
export async function isGivable(db: Db, about: Chats): Promise<boolean> {
  return keptBack(await readChats(db, about, Prisma.empty), about.channelIds).length === 0;
}

interface Chats {
  botId: number;
  channelIds: readonly number[];
}

interface ChatRow {
  title: string;
  isConnected: boolean;
  hasRights: boolean;
}

function readChats(db: Db, { botId, channelIds }: Chats, lock: Prisma.Sql): Promise<ChatRow[]> {
  return db.$queryRaw<ChatRow[]>`
    SELECT title, connected_at IS NOT NULL AND disconnected_at IS NULL AS "isConnected",
           can_invite OR can_restrict AS "hasRights"
      FROM channels WHERE id = ANY(${channelIds}::int[]) AND user_bot_id = ${botId} ORDER BY id ${lock}`;
}

function missing(chats: readonly ChatRow[], channelIds: readonly number[]): { title: string }[] {
  const gone = chats.filter(({ isConnected }) => !isConnected);
  return gone.length === 0 && chats.length < channelIds.length ? [{ title: '' }] : gone;
}

function keptBack(chats: readonly ChatRow[], channelIds: readonly number[]): { title: string }[] {
  const lost = chats.length > 1 ? chats.filter(({ hasRights }) => !hasRights) : [];
  return [...missing(chats, channelIds), ...lost];
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

/** There is something that this would add to. @throws AppError `endUserHasLifetime`, `endUserHasLonger` */
export async function requireAddsTime(
  db: Prisma.TransactionClient,
  {
    endUserId,
    channelIds,
    duration,
  }: { endUserId: number; channelIds: readonly number[]; duration: Duration },
  timeZone: string,
): Promise<void> {
  const held = await listEnds(db, endUserId, channelIds);
  const ends = new Map(held.map(({ channelId, expiresAt }) => [channelId, expiresAt]));
  if (channelIds.some((id) => addsTo(ends.get(id), duration, timeZone))) return;
  const isForLife = channelIds.every((id) => ends.get(id) === null);
  throw new AppError(isForLife ? 'endUserHasLifetime' : 'endUserHasLonger');
}

/** A lifetime in every one of these chats: there is nothing to sell or to give them any more. */
export async function hasLifetimeInAll(
  db: Db,
  endUserId: number,
  channelIds: readonly number[],
): Promise<boolean> {
  const lifetimes = await db.subscription.count({
    where: { endUserId, channelId: { in: [...channelIds] }, status: 'active', expiresAt: null },
  });
  return lifetimes >= channelIds.length;
}
