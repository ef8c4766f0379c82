import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Pressed, TeamActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Language } from '../../shared/languages.ts';
import { readable } from '../../shared/text.ts';
import { MAX_MESSAGE_LENGTH } from '../../shared/words/message-length.ts';
import { listPlansOfBot } from '../subscriptions/chat-plans.ts';
import { insertDraft } from './broadcast-changes.ts';
import type { OriginalGateway } from './broadcast-gateway.ts';

/** How a broadcast is written where nobody is in the bot: the bot shows it to its writer, and what it shows is the original. */
export function createBroadcastWriting({
  prisma,
  transact,
  clock,
  originals,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  originals: OriginalGateway;
}) {
  async function findWritten(db: Db, { botId }: TenantScope, press: string): Promise<number | null> {
    const row = await db.broadcast.findFirst({ where: { botId, press }, select: { id: true } });
    return row?.id ?? null;
  }

  return {
    /**
     * What is typed comes to its writer through the bot, and becomes a draft for everybody. With the same press it is the
     * same draft: at once, its writer may see it twice.
     * @returns its id
     * @throws AppError `castText.empty`, `castText.tooLong`, `castText.refused`, `cast.openBot`, `cast.tokenDead`.
     * @throws DeliveryError where Telegram is unavailable
     */
    async write(
      scope: TenantScope,
      actor: Pressed<TeamActor>,
      { text: typed, language }: { text: string; language: Language },
    ): Promise<number> {
      await requireMayRead(prisma, scope, actor, 'shop');
      const text = typed.trim();
      if (readable(text) === '') throw new AppError('castText.empty');
      if (text.length > MAX_MESSAGE_LENGTH)
        throw new AppError('castText.tooLong', { max: MAX_MESSAGE_LENGTH });
      const earlier = await findWritten(prisma, scope, actor.act);
      if (earlier !== null) return earlier;
      const { telegramBotId } = scope;
      const { telegramUserId } = actor;
      const to = { telegramBotId, telegramUserId, language };
      const messageId = await toWriter(scope, () => originals.sendOriginal(to, text));
      // Whoever dies before this leaves a message in their own writer's chat, and no draft.
      return transact(async (work) => {
        await requireMay(work.db, scope, actor, 'shop');
        const written = await findWritten(work.db, scope, actor.act);
        if (written !== null) return written;
        return insertDraft(work, scope, { fromChatId: telegramUserId, messageId, press: actor.act });
      });
    },

    /**
     * Whoever asks sees what people will see.
     * @throws AppError `notFound`, `cast.originalGone`, `cast.notCopyable`, `cast.openBot`, `cast.tokenDead`
     */
    async test(scope: TenantScope, actor: TeamActor, id: number, language: Language): Promise<void> {
      await requireMayRead(prisma, scope, actor, 'shop');
      const { botId, telegramBotId } = scope;
      const row = await prisma.broadcast.findFirst({ where: { id, botId } });
      if (!row) throw new AppError('notFound');
      const [[plan = null], chats] = await Promise.all([
        row.planId === null ? [] : listPlansOfBot(prisma, { botId, planId: row.planId }, clock.now()),
        prisma.channel.findMany({ where: { botId }, select: { id: true, type: true } }),
      ]);
      const content = {
        plan,
        chats: chats.map((chat) => ({ id: chat.id, type: chat.type as 'channel' | 'group' })),
      };
      const to = { telegramBotId, telegramUserId: actor.telegramUserId, language };
      const isThere = await toWriter(scope, () => originals.showOriginal(to, row, content));
      if (!isThere) throw new AppError('cast.originalGone');
    },
  };
}

/** What stands in the way of a message to whoever writes, in their words. */
async function toWriter<T>({ botUsername }: TenantScope, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (isDeliveryFailure(error, 'blocked')) throw new AppError('cast.openBot', { bot: botUsername });
    if (isDeliveryFailure(error, 'token-dead')) throw new AppError('cast.tokenDead');
    if (isDeliveryFailure(error, 'not-copyable', 'voice-unwanted')) throw new AppError('cast.notCopyable');
    if (isDeliveryFailure(error, 'refused')) throw new AppError('castText.refused');
    throw error;
  }
}
