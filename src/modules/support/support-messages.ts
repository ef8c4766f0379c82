import { z } from 'zod';
import type { Language } from '../../infra/i18n/i18n.ts';
import type { PrismaClient, SupportMessage } from '../../infra/prisma-client/client.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { OutboxDefinitions, OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import type { PersonName } from '../../kernel/person.ts';
import { rolesWith } from '../../kernel/rights.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { type Address, ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import type { SupportGateway } from './support-gateway.ts';
import { SUPPORT_NOTICES } from './support-notices.ts';

const passSupport = z.object({ supportMessageId: z.int() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    'pass-support': z.infer<typeof passSupport>;
  }
}

interface Speaker {
  name: PersonName;
  address: Address;
  /** Null in the main bot. */
  botUsername: string | null;
}

interface SupportMessagesDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  messages: SupportGateway;
  mainBotId: bigint;
  moderatorIds: readonly bigint[];
}

export function createSupportMessages(deps: SupportMessagesDeps): OutboxDefinitions<'pass-support'> {
  return {
    'pass-support': {
      payload: passSupport,
      handle: createPassHandler(deps),
      onUnknown: 'retry',
      waitsForOpenDoor: true,
      endsWhenRefused: true,
      endsWithBot: true,
      givenOver: {
        matter: 'support',
        async subject(db, { supportMessageId: id }, botId) {
          const message = await db.supportMessage.findUnique({ where: { id } });
          const either = message ? [message.fromTelegramUserId, message.toTelegramUserId] : [];
          const person = await db.endUser.findFirst({ where: { botId, telegramUserId: { in: either } } });
          return person && { person, title: '' };
        },
      },
    },
  };
}

/** Passes one support message on: who writes, unless it is an answer, and the message itself, whatever it holds. */
function createPassHandler(deps: SupportMessagesDeps): OutboxHandler<'pass-support'> {
  const { prisma, transact, messages, mainBotId, moderatorIds } = deps;

  /** Whoever helps at one end is an owner, a manager or a moderator now, not only when it was written. */
  async function isStillHelped(message: SupportMessage): Promise<boolean> {
    const { telegramBotId, toHelper, toTelegramUserId, fromTelegramUserId } = message;
    // Noted since helpers may change; before, either end may be the one.
    const ends =
      toHelper === null
        ? [toTelegramUserId, fromTelegramUserId]
        : [toHelper ? toTelegramUserId : fromTelegramUserId];
    if (telegramBotId === mainBotId) return ends.some((end) => moderatorIds.includes(end));
    const theirs = { telegramUserId: { in: ends } };
    const helping = { ...theirs, status: 'active', role: { in: [...rolesWith('people')] } };
    const helped = { OR: [{ owner: theirs }, { managers: { some: helping } }] };
    return (await prisma.sellerBot.count({ where: { telegramBotId, isActive: true, ...helped } })) > 0;
  }

  async function findPerson(telegramBotId: bigint, telegramUserId: bigint): Promise<Speaker | null> {
    if (telegramBotId === mainBotId) {
      // A moderator may never have written to the main bot: then the language is ours to guess.
      const row = (await prisma.owner.findUnique({ where: { telegramUserId } })) ?? {
        telegramUserId,
        fullName: '',
        username: null,
        language: 'uz',
      };
      return { name: row, address: addressOf('main', row), botUsername: null };
    }
    const row = await prisma.endUser.findFirst({
      where: { telegramUserId, bot: { telegramBotId, isActive: true } },
      include: { bot: { select: { username: true } } },
    });
    if (row) return { name: row, address: addressOf(telegramBotId, row), botUsername: row.bot.username };
    const bot = await prisma.sellerBot.findFirst({
      where: { telegramBotId, isActive: true, owner: { telegramUserId } },
      include: { owner: true },
    });
    return (
      bot && { name: bot.owner, address: addressOf(telegramBotId, bot.owner), botUsername: bot.username }
    );
  }

  return async ({ supportMessageId }) => {
    const message = await prisma.supportMessage.findUnique({ where: { id: supportMessageId } });
    if (!message || message.copyMessageId !== null) return 'not-due';
    const [from, to] = await Promise.all([
      findPerson(message.telegramBotId, message.fromTelegramUserId),
      findPerson(message.telegramBotId, message.toTelegramUserId),
    ]);
    if (!from || !to || !(await isStillHelped(message))) return 'not-due';
    try {
      const belowMessageId =
        message.answersMessageId ?? message.headerMessageId ?? (await announce(message.id, from, to));
      const copyMessageId = await messages.passSupport(to.address, {
        fromTelegramUserId: message.fromTelegramUserId,
        fromMessageId: message.fromMessageId,
        belowMessageId,
      });
      // Its writer has deleted it: nothing is left to pass on.
      if (copyMessageId === null) return 'not-due';
      // Whoever wrote it may have been forgotten meanwhile.
      await prisma.supportMessage.updateMany({ where: { id: message.id }, data: { copyMessageId } });
      return 'delivered';
    } catch (error) {
      if (isDeliveryFailure(error, 'voice-unwanted', 'not-copyable')) {
        await messages.supportUnreachable(from.address, message.fromMessageId, error.failure);
        return 'unreachable';
      }
      if (!isDeliveryFailure(error, 'blocked')) throw error;
      if (message.answersMessageId === null) {
        await tellOwnerElsewhere(message);
        throw error;
      }
      await messages.supportUnreachable(from.address, message.fromMessageId, 'blocked');
      return 'unreachable';
    }
  };

  /** Once: what is passed on later stands below it, and whoever replies to it is understood. */
  async function announce(id: number, from: Speaker, to: Speaker): Promise<number> {
    const headerMessageId = await messages.announceSupport(to.address, {
      from: from.name,
      botUsername: from.botUsername,
    });
    await prisma.supportMessage.updateMany({ where: { id }, data: { headerMessageId } });
    return headerMessageId;
  }

  /** An owner who never opened their bot, or closed it, hears through the main bot that somebody waits for them there. */
  async function tellOwnerElsewhere(message: SupportMessage): Promise<void> {
    const { telegramBotId, fromTelegramUserId, toTelegramUserId } = message;
    if (telegramBotId === mainBotId) return;
    const endUser = await prisma.endUser.findFirst({
      where: { telegramUserId: fromTelegramUserId, bot: { telegramBotId, isActive: true } },
      select: {
        id: true,
        bot: { select: { id: true, ownerId: true, owner: { select: { telegramUserId: true } } } },
      },
    });
    // A manager is not waited for.
    if (endUser?.bot.owner.telegramUserId !== toTelegramUserId) return;
    const { bot } = endUser;
    await transact(async (work) => {
      // Once a day of each person, however much they write.
      const key = `support-waits:${endUser.id}:${work.now.toISOString().slice(0, 10)}`;
      const about = { endUserId: endUser.id };
      tell(work, SUPPORT_NOTICES.supportWaits, ownerOf(bot), about, { key, botId: bot.id });
    });
  }
}

function addressOf(via: Address['via'], row: { telegramUserId: bigint; language: string }): Address {
  return { via, telegramUserId: row.telegramUserId, language: row.language as Language };
}
