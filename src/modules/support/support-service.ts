import { setTimeout as sleep } from 'node:timers/promises';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor, EndUserActor, OwnerActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

/** Who replies within the same moment replies to a copy that the database does not know yet. */
const WAIT_FOR_COPY_MS = 5_000;
const LOOK_AGAIN_MS = 100;

/** What the outbox message that passes a support message on is called, before the id of that. */
const PASS = 'pass-support:';

/** Whoever writes or answers. */
type Person = Exclude<Actor, { kind: 'system' }>;

interface Original {
  fromTelegramUserId: bigint;
  fromMessageId: number;
  /** It went to an owner or a moderator, as such. */
  toHelper: boolean;
  isKnown: boolean;
}

/** Messages between those who need help and those who give it, passed on through the outbox: none is lost. */
export function createSupportService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  mainBotId: bigint;
  moderatorIds: readonly bigint[];
}) {
  const { prisma, transact } = deps;
  const telegramBotIdOf = (scope: TenantScope | null) => scope?.telegramBotId ?? deps.mainBotId;

  async function pass(
    scope: TenantScope | null,
    { telegramUserId }: Person,
    message: {
      id: number;
      recipients: readonly bigint[];
      answersMessageId: number | null;
      toHelper: boolean;
    },
  ): Promise<void> {
    const { answersMessageId, toHelper } = message;
    await transact(async ({ db, now, enqueue }) => {
      const rows = await db.supportMessage.createManyAndReturn({
        data: message.recipients.map((toTelegramUserId) => ({
          telegramBotId: telegramBotIdOf(scope),
          fromTelegramUserId: telegramUserId,
          fromMessageId: message.id,
          toTelegramUserId,
          answersMessageId,
          toHelper,
          createdAt: now,
        })),
        skipDuplicates: true,
        select: { id: true },
      });
      for (const { id } of rows) {
        const payload = { supportMessageId: id };
        enqueue({
          kind: 'pass-support',
          key: `${PASS}${id}`,
          ...(scope && { botId: scope.botId }),
          payload,
        });
      }
    });
  }

  /**
   * What a reply in this chat may answer: the message whose copy it replies to, or else one that is being passed on at
   * this moment, whose copy Telegram shows before the database holds it. One statement, because the first follows the second.
   */
  async function findOriginal(
    scope: TenantScope | null,
    { telegramUserId }: Person,
    repliedTo: number,
    helpers: readonly bigint[],
  ): Promise<Original | undefined> {
    const [original] = await prisma.$queryRaw<Original[]>`
      SELECT s.from_telegram_id AS "fromTelegramUserId", s.from_message_id AS "fromMessageId",
             -- What was passed on before this was noted: by whom it went to.
             COALESCE(s.to_helper, s.to_telegram_id = ANY(${helpers as bigint[]})) AS "toHelper",
             COALESCE(${repliedTo} IN (s.copy_message_id, s.header_message_id), false) AS "isKnown"
        FROM support_messages s
       WHERE s.telegram_bot_id = ${telegramBotIdOf(scope)} AND s.to_telegram_id = ${telegramUserId}
         AND (s.copy_message_id = ${repliedTo} OR s.header_message_id = ${repliedTo}
              OR s.copy_message_id IS NULL AND EXISTS (
                   SELECT FROM promises p
                    WHERE p.key = ${PASS} || s.id AND p.done_at IS NULL
                      AND p.claimed_by IS NOT NULL AND p.claimed_until > now()))
       ORDER BY "isKnown" DESC LIMIT 1`;
    return original;
  }

  return {
    /** An end user asks the owner. @throws AppError `notFound` */
    async askOwner(scope: TenantScope, actor: EndUserActor, messageId: number): Promise<void> {
      const { endUserId: id, telegramUserId } = actor;
      const isTheirs = await prisma.endUser.count({ where: { id, telegramUserId, botId: scope.botId } });
      if (isTheirs === 0) throw new AppError('notFound');
      const recipients = [scope.ownerTelegramUserId];
      await pass(scope, actor, { id: messageId, recipients, answersMessageId: null, toHelper: true });
    },

    /** An owner asks the moderators. @throws AppError `nobodyAnswers` where the platform has none */
    async askModerators(actor: OwnerActor, messageId: number): Promise<void> {
      const recipients = deps.moderatorIds;
      if (recipients.length === 0) throw new AppError('nobodyAnswers');
      await pass(null, actor, { id: messageId, recipients, answersMessageId: null, toHelper: true });
    },

    /** Whether somebody's message went to support, and so is nothing else. */
    async isPassedOn(
      { telegramBotId }: TenantScope,
      { telegramUserId }: Person,
      messageId: number,
    ): Promise<boolean> {
      const passed = await prisma.supportMessage.findFirst({
        where: { telegramBotId, fromTelegramUserId: telegramUserId, fromMessageId: messageId },
        select: { id: true },
      });
      return passed !== null;
    },

    /**
     * Passes a reply to a support message on to whoever wrote that.
     * @param scope null in the main bot
     * @returns false when it replied to none
     * @throws AppError `noHelperAnyMore`
     */
    async answer(
      scope: TenantScope | null,
      actor: Person,
      { messageId, repliedTo }: { messageId: number; repliedTo: number },
    ): Promise<boolean> {
      const deadline = Date.now() + WAIT_FOR_COPY_MS;
      const helpers = scope ? [scope.ownerTelegramUserId] : deps.moderatorIds;
      let original = await findOriginal(scope, actor, repliedTo, helpers);
      while (original && !original.isKnown && Date.now() < deadline) {
        await sleep(LOOK_AGAIN_MS);
        original = await findOriginal(scope, actor, repliedTo, helpers);
      }
      if (!original?.isKnown) return false;
      // Whoever was asked as a helper answers as one, if they still are; whoever was answered asks again those of now.
      if (original.toHelper && !helpers.includes(actor.telegramUserId)) throw new AppError('noHelperAnyMore');
      const isThere = original.toHelper || helpers.includes(original.fromTelegramUserId);
      await pass(scope, actor, {
        id: messageId,
        recipients: isThere ? [original.fromTelegramUserId] : helpers,
        answersMessageId: isThere ? original.fromMessageId : null,
        toHelper: !original.toHelper,
      });
      return true;
    },
  };
}
