import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { DeliveryError } from '../../kernel/outbox/delivery-error.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { ChatGateway, ChatPlace } from '../channels/chat-gateway.ts';
import { readBan } from './chat-access.ts';

/** Each change is looked at once more. */
const SETTLE_ATTEMPTS = 4;

/**
 * Makes the chat what the database says of a ban; it may say otherwise by then, or somebody undid it meanwhile. In a chat
 * that another bot has now, nobody's ban is lifted.
 */
export async function settleBan(
  { prisma, chats }: { prisma: PrismaClient; chats: ChatGateway },
  place: ChatPlace,
  endUserId: number,
  /** Of somebody whom the database has forgotten, and who is banned by nobody. */
  forgotten?: bigint,
): Promise<void> {
  for (let attempt = 0; attempt < SETTLE_ATTEMPTS; attempt += 1) {
    const endUser = await prisma.endUser.findUnique({ where: { id: endUserId } });
    const telegramUserId = forgotten ?? endUser?.telegramUserId;
    if (!endUser || telegramUserId === undefined || isForgotten({ telegramUserId })) return;
    const presence = await chats.presenceOf(place, telegramUserId);
    // Read again: the look took its time.
    const present = await prisma.endUser.findUniqueOrThrow({ where: { id: endUserId } });
    const { banned, isHeldByAnother } = await readBan(
      prisma,
      { ...present, telegramUserId },
      place.telegramChatId,
    );
    if (presence === 'administrator' || banned === (presence === 'banned')) return;
    if (!banned && isHeldByAnother) return;
    if (banned) await chats.ban(place, telegramUserId);
    else await chats.liftBan(place, telegramUserId);
  }
  throw new DeliveryError('not-sent');
}
