import type { Prisma } from '../../infra/prisma-client/client.ts';

/** An owner as they are under the lock; `telegramUserId` is negative of whoever was forgotten. */
export interface LockedOwner {
  banned: boolean;
  telegramUserId: bigint;
}

/** What adds a bot or a tariff, and what forgets an owner, takes this lock first: they stand in a line. */
export async function lockOwner(db: Prisma.TransactionClient, ownerId: number): Promise<LockedOwner | null> {
  const [owner] = await db.$queryRaw<LockedOwner[]>`
    SELECT banned, telegram_id AS "telegramUserId" FROM user_admins WHERE id = ${ownerId} FOR UPDATE`;
  return owner ?? null;
}
