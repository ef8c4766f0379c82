import type { Prisma } from '../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../kernel/actor.ts';
import type { AuditActor } from '../../kernel/audit.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { type ChatMembership, CONNECTED } from './channel.ts';
import { type ChatRefusal, tellOfChat } from './channel-notices.ts';

/** What changes a bot's chats stands in a line; whoever adds time in one of them waits for it. */
export async function lockChats({ db }: Work, scope: TenantScope): Promise<void> {
  await db.$queryRaw`SELECT id FROM channels WHERE user_bot_id = ${scope.botId} ORDER BY id FOR NO KEY UPDATE`;
}

/** What people have paid for in a chat: nobody may give it up meanwhile. */
export async function countPaid(
  { db }: Work,
  channelId: number,
): Promise<{ active: number; waiting: number }> {
  const active = await db.subscription.count({ where: { channelId, status: 'active' } });
  const waiting = await db.payment.count({ where: { channelId, status: 'pending' } });
  return { active, waiting };
}

export async function isPaidFor(work: Work, channelId: number): Promise<boolean> {
  const { active, waiting } = await countPaid(work, channelId);
  return active + waiting > 0;
}

export async function disconnect(
  work: Work,
  scope: TenantScope,
  actor: AuditActor,
  channelId: number,
): Promise<void> {
  await work.db.channel.update({
    where: { id: channelId, botId: scope.botId },
    data: { disconnectedAt: work.now },
  });
  work.audit(actor, 'chat.disconnected', { channel: channelId, bot: scope.botId });
  tellOfChat(work, scope, 'chatDisconnected', channelId);
}

/** Why a bot may not have a chat; null where it may. */
export async function whyNot(
  db: Prisma.TransactionClient,
  scope: TenantScope,
  chat: Pick<ChatMembership, 'telegramChatId' | 'type' | 'isPublic'>,
): Promise<ChatRefusal | null> {
  if (chat.isPublic) return 'public';
  const rivals = await db.channel.findMany({
    where: {
      ...CONNECTED,
      OR: [
        { telegramChatId: chat.telegramChatId, bot: { removedAt: null } },
        { botId: scope.botId, type: chat.type },
      ],
    },
    select: { botId: true, telegramChatId: true },
  });
  if (rivals.some((rival) => rival.botId !== scope.botId)) return 'takenByAnotherBot';
  if (rivals.length > 0) return chat.type === 'channel' ? 'secondChannel' : 'secondGroup';
  return null;
}

/** A removed bot keeps its chats for its return, unless somebody else wants one: nobody could disconnect it there. */
export async function freeFromRemovedBots({ db, now, audit }: Work, telegramChatId: bigint): Promise<void> {
  const freed = await db.channel.updateManyAndReturn({
    where: { ...CONNECTED, telegramChatId, bot: { removedAt: { not: null } } },
    data: { disconnectedAt: now },
  });
  for (const { id, botId } of freed) {
    audit(SYSTEM, 'chat.disconnected', { channel: id, bot: botId });
  }
}
