import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';

/** On which free lists of a bot somebody is, and the links that they were given by them. */
export async function listFree(db: Db, { botId }: TenantScope, telegramUserId: bigint): Promise<object[]> {
  const chat = { select: { title: true } };
  const rows = await db.freeMember.findMany({
    where: { botId, telegramUserId },
    orderBy: { id: 'asc' },
    select: { channel: chat, name: true, note: true, addedAt: true },
  });
  const links = await db.freeLink.findMany({
    where: { telegramUserId, channel: { botId } },
    orderBy: { id: 'asc' },
    select: { channel: chat, createdAt: true, expiresAt: true, revokedAt: true },
  });
  return [...rows, ...links];
}
