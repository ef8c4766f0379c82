import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { TenantScope } from '../../shared/tenant-scope.ts';
import type { UnitOfWork } from '../promises/unit-of-work.ts';

/** A message in somebody's private chat with one bot. */
export interface ChatMessage {
  telegramBotId: bigint;
  telegramUserId: bigint;
  messageId: number;
}

/** Messages between those who need help and those who give it, passed on by promises: none is lost. */
export function createSupportService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  mainBotId: bigint;
  moderatorIds: readonly bigint[];
}) {
  const { prisma, transact } = deps;

  async function pass(
    message: ChatMessage,
    recipients: readonly bigint[],
    answersMessageId: number | null,
    botId: number | null,
  ): Promise<void> {
    await transact(async ({ db, now, promise }) => {
      const rows = await db.supportMessage.createManyAndReturn({
        data: recipients.map((toTelegramUserId) => ({
          telegramBotId: message.telegramBotId,
          fromTelegramUserId: message.telegramUserId,
          fromMessageId: message.messageId,
          toTelegramUserId,
          answersMessageId,
          createdAt: now,
        })),
        skipDuplicates: true,
        select: { id: true },
      });
      for (const { id } of rows) {
        const payload = { supportMessageId: id };
        promise({
          kind: 'pass-support',
          key: `pass-support:${id}`,
          ...(botId === null ? {} : { botId }),
          payload,
        });
      }
    });
  }

  return {
    /** An end user asks the owner. */
    async askOwner(scope: TenantScope, message: ChatMessage): Promise<void> {
      await pass(message, [scope.ownerTelegramUserId], null, scope.botId);
    },

    /** An owner asks the moderators. @throws AppError `nobodyAnswers` where the platform has none */
    async askModerators(message: ChatMessage): Promise<void> {
      if (deps.moderatorIds.length === 0) throw new AppError('nobodyAnswers');
      await pass(message, deps.moderatorIds, null, null);
    },

    /** Passes a reply to a support message on to whoever wrote that. @returns false when it replied to none */
    async answer(scope: TenantScope | null, message: ChatMessage, repliedTo: number): Promise<boolean> {
      const original = await prisma.supportMessage.findFirst({
        where: {
          telegramBotId: message.telegramBotId,
          toTelegramUserId: message.telegramUserId,
          OR: [{ copyMessageId: repliedTo }, { headerMessageId: repliedTo }],
        },
      });
      if (!original) return false;
      await pass(message, [original.fromTelegramUserId], original.fromMessageId, scope?.botId ?? null);
      return true;
    },
  };
}
