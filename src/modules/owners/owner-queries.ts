import type { Language } from '../../infra/i18n/i18n.ts';
import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OwnerActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { moderator } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { OWNER_NOTICES } from './owner-notices.ts';

/** An owner as they are under the lock; `telegramUserId` is negative of whoever was forgotten. */
export interface LockedOwner {
  id: number;
  banned: boolean;
  telegramUserId: bigint;
}

/** What adds a bot or a tariff, and what forgets an owner, takes this lock first: they stand in a line. */
export async function lockOwner(db: Prisma.TransactionClient, ownerId: number): Promise<LockedOwner | null> {
  const [owner] = await db.$queryRaw<LockedOwner[]>`
    SELECT id, banned, telegram_id AS "telegramUserId" FROM user_admins WHERE id = ${ownerId} FOR UPDATE`;
  return owner ?? null;
}

/** The same of several, always in one order: of two who wait for each other nobody would get on. */
export async function lockOwners(
  db: Prisma.TransactionClient,
  ids: readonly number[],
): Promise<LockedOwner[]> {
  return db.$queryRaw<LockedOwner[]>`
    SELECT id, banned, telegram_id AS "telegramUserId" FROM user_admins
     WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE`;
}

/** The same of who acts. @throws AppError `notFound` for whoever is no owner, or has asked to be forgotten meanwhile */
export async function lockActingOwner(
  db: Prisma.TransactionClient,
  { telegramUserId }: OwnerActor,
): Promise<LockedOwner> {
  const [owner] = await db.$queryRaw<LockedOwner[]>`
    SELECT id, banned, telegram_id AS "telegramUserId" FROM user_admins
     WHERE telegram_id = ${telegramUserId} FOR UPDATE`;
  if (!owner) throw new AppError('notFound');
  return owner;
}

/** Moderators hear of somebody who has come to sell. */
export function tellOfNewOwner(
  work: Pick<Work, 'enqueue'>,
  { id: ownerId, telegramUserId }: { id: number; telegramUserId: bigint },
  moderatorIds: readonly bigint[],
): void {
  for (const moderatorId of moderatorIds) {
    if (moderatorId === telegramUserId) continue;
    const key = `new-owner:${ownerId}:${moderatorId}`;
    tell(work, OWNER_NOTICES.newOwner, moderator(moderatorId), { ownerId }, { key });
  }
}

/** The language of each viewer in the main bot; Uzbek of whoever never wrote to it. */
export async function readLanguages(
  prisma: PrismaClient,
  telegramUserIds: bigint[],
): Promise<(telegramUserId: bigint) => Language> {
  const viewers = await prisma.owner.findMany({
    where: { telegramUserId: { in: telegramUserIds } },
    select: { telegramUserId: true, language: true },
  });
  return (telegramUserId) =>
    (viewers.find((viewer) => viewer.telegramUserId === telegramUserId)?.language ?? 'uz') as Language;
}
