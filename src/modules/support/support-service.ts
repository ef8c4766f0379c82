import { setTimeout as sleep } from 'node:timers/promises';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import {
  type Actor,
  type EndUserActor,
  isModerator,
  type OwnerActor,
  teamActor,
} from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { mayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { listManagers } from '../team/team-queries.ts';
import { findOriginal, PASS } from './support-queries.ts';

/** Who replies within the same moment replies to a copy that the database does not know yet. */
const WAIT_FOR_COPY_MS = 5_000;
const LOOK_AGAIN_MS = 100;

/** Whoever writes or answers. */
type Person = Exclude<Actor, { kind: 'system' }>;

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

  /** Whether somebody gives help here: the owner, or a manager, who is an end user in all else. */
  async function isHelper(scope: TenantScope | null, actor: Person): Promise<boolean> {
    if (!scope) return isModerator(actor, deps.moderatorIds);
    return mayRead(prisma, scope, teamActor(scope, actor), 'people');
  }

  /** Whom people of a bot reach; null: those of the main bot. */
  async function helpersOf(scope: TenantScope | null): Promise<readonly bigint[]> {
    if (!scope) return deps.moderatorIds;
    const managers = await listManagers(prisma, scope.botId, 'people');
    return [scope.ownerTelegramUserId, ...managers.map(({ telegramUserId }) => telegramUserId)];
  }

  return {
    /** Who owns the bot would write to themselves. */
    mayAskOwner: (scope: TenantScope, { telegramUserId }: Person): boolean =>
      telegramUserId !== scope.ownerTelegramUserId,

    /** An end user asks the owner, and whoever helps with that. @throws AppError `notFound`, also for the owner */
    async askOwner(scope: TenantScope, actor: EndUserActor, messageId: number): Promise<void> {
      const { endUserId: id, telegramUserId } = actor;
      const isTheirs = await prisma.endUser.count({ where: { id, telegramUserId, botId: scope.botId } });
      if (isTheirs === 0 || telegramUserId === scope.ownerTelegramUserId) throw new AppError('notFound');
      const recipients = (await helpersOf(scope)).filter((helper) => helper !== telegramUserId);
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
      const { telegramUserId } = actor;
      const helpers = await helpersOf(scope);
      const chat = { telegramBotId: telegramBotIdOf(scope), telegramUserId };
      let original = await findOriginal(prisma, chat, repliedTo, helpers);
      while (original && !original.isKnown && Date.now() < deadline) {
        await sleep(LOOK_AGAIN_MS);
        original = await findOriginal(prisma, chat, repliedTo, helpers);
      }
      if (!original?.isKnown) return false;
      // Whoever was asked as a helper answers as one, if they still are; whoever was answered asks again those of now.
      if (original.toHelper && !(await isHelper(scope, actor))) throw new AppError('noHelperAnyMore');
      const isThere = original.toHelper || helpers.includes(original.fromTelegramUserId);
      await pass(scope, actor, {
        id: messageId,
        recipients: isThere
          ? [original.fromTelegramUserId]
          : helpers.filter((helper) => helper !== telegramUserId),
        answersMessageId: isThere ? original.fromMessageId : null,
        toHelper: !original.toHelper,
      });
      return true;
    },
  };
}
