import type { Language } from '../../infra/i18n/i18n.ts';
import type { Channel, Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { Clock } from '../../shared/clock.ts';
import { type ChannelType, CONNECTED } from '../channels/channel.ts';
import { toPayment } from '../payments/payment.ts';
import { readHandedOver } from './hand-over.ts';
import type { Address, ChatState, MessageGateway, NoticeContent } from './message-gateway.ts';
import type { Notice, NoticeRecipient } from './notice.ts';

export interface NoticeHandlerDeps {
  prisma: PrismaClient;
  messages: MessageGateway;
  clock: Clock;
  moderatorIds: readonly bigint[];
}

/** Sends one notice: reads who shall hear it and what it is about as the database says now. */
export function createNoticeHandler(
  deps: NoticeHandlerDeps,
): OutboxHandler<'small-notice'> & OutboxHandler<'sure-notice'> {
  const { prisma, messages, clock } = deps;
  return async ({ to, notice, quiet }) => {
    const [address, content] = await Promise.all([
      findAddress(deps, to),
      readNotice(prisma, { to, notice }, clock.now()),
    ]);
    if (!address || !content || (quiet && content.mutedByOwner)) return 'not-due';
    try {
      await messages.sendNotice(address, content.content, quiet);
    } catch (error) {
      if (isDeliveryFailure(error, 'blocked')) await noteBlocked(prisma, to, clock.now());
      throw error;
    }
    return 'delivered';
  };
}

/** Where a recipient is reached now; null when they are gone, or are no longer what they were to hear it as. */
export async function findAddress(
  { prisma, moderatorIds }: { prisma: PrismaClient; moderatorIds: readonly bigint[] },
  to: NoticeRecipient,
): Promise<Address | null> {
  switch (to.kind) {
    case 'owner': {
      const owner = await prisma.owner.findUnique({ where: { id: to.ownerId } });
      if (!owner || isForgotten(owner)) return null;
      return { via: 'main', telegramUserId: owner.telegramUserId, language: owner.language as Language };
    }
    case 'moderator': {
      const telegramUserId = BigInt(to.telegramUserId);
      if (!moderatorIds.includes(telegramUserId)) return null;
      const moderator = await prisma.owner.findUnique({ where: { telegramUserId } });
      return { via: 'main', telegramUserId, language: (moderator?.language ?? 'uz') as Language };
    }
    case 'endUser': {
      const endUser = await prisma.endUser.findUnique({
        where: { id: to.endUserId },
        include: { bot: { select: { telegramBotId: true, removedAt: true } } },
      });
      // A bot whose token is dead may get a new one; a removed one speaks no more.
      if (!endUser || isForgotten(endUser) || endUser.bot.removedAt) return null;
      return {
        via: endUser.bot.telegramBotId,
        telegramUserId: endUser.telegramUserId,
        language: endUser.language as Language,
      };
    }
    default:
      return to satisfies never;
  }
}

async function noteBlocked(prisma: PrismaClient, to: NoticeRecipient, blockedAt: Date): Promise<void> {
  const data = { blockedAt };
  if (to.kind === 'owner') await prisma.owner.update({ where: { id: to.ownerId }, data });
  if (to.kind === 'endUser') await prisma.endUser.update({ where: { id: to.endUserId }, data });
}

interface ReadNotice {
  content: NoticeContent;
  /** The owner asked not to hear of what can be many. */
  mutedByOwner: boolean;
}

/** Null when what the notice is about no longer exists. */
async function readNotice(
  prisma: PrismaClient,
  { to, notice }: { to: NoticeRecipient; notice: Notice },
  now: Date,
): Promise<ReadNotice | null> {
  switch (notice.kind) {
    case 'newOwner': {
      const owner = await prisma.owner.findUnique({ where: { id: notice.ownerId } });
      return owner && { content: { kind: notice.kind, owner }, mutedByOwner: false };
    }
    case 'handedOver': {
      const content = await readHandedOver(prisma, notice.promiseId);
      return content && { content, mutedByOwner: false };
    }
    case 'botReady':
    case 'botTokenDead':
    case 'webhookTaken':
    case 'webhookRefused':
    case 'releasedMembersStay':
    case 'chatRefused':
      return readBotNotice(prisma, notice);
    case 'supportWaits':
    case 'newEndUser': {
      const endUser = await prisma.endUser.findUnique({
        where: { id: notice.endUserId },
        include: { bot: true },
      });
      return (
        endUser && {
          content: { kind: notice.kind, endUser, botUsername: endUser.bot.username },
          mutedByOwner: endUser.bot.mutedAt !== null,
        }
      );
    }
    case 'receiptOutOfReach': {
      const payment = await prisma.payment.findUnique({
        where: { id: notice.paymentId },
        include: { endUser: true, channel: true, bot: true },
      });
      if (payment?.status !== 'pending') return null;
      const { endUser: person, channel, bot } = payment;
      return {
        content: { kind: notice.kind, person, title: channel.title, botUsername: bot.username },
        mutedByOwner: false,
      };
    }
    case 'paymentRejected': {
      const payment = await prisma.payment.findUnique({
        where: { id: notice.paymentId },
        include: { channel: true },
      });
      // Approved after all: the better news is on its way.
      if (payment?.status !== 'rejected') return null;
      const chat = chatState(payment.channel);
      return { content: { kind: notice.kind, payment: toPayment(payment), chat }, mutedByOwner: false };
    }
    case 'tariffRejected':
    case 'ownerBanned':
    case 'ownerUnbanned':
      return { content: { kind: notice.kind }, mutedByOwner: false };
    case 'tariffApproved':
    case 'tariffEnded':
    case 'tariffEnds':
      return readTariffNotice(prisma, notice, to.kind === 'owner', now);
    case 'linkLeaked':
    case 'friendAdded':
    case 'endUserJoined':
    case 'endUserRemoved':
    case 'adminStays':
    case 'removedByHand':
    case 'removedByBot':
    case 'friendPutOut':
    case 'accessTakenBack':
    case 'accessShortened':
    case 'accessEndedByOwner':
    case 'subscriptionEnded':
      return readSubscriptionNotice(prisma, notice);
    case 'subscriptionEnds':
      return readWarning(prisma, notice, now);
    default:
      return readChatNotice(prisma, notice);
  }
}

async function readBotNotice(
  prisma: PrismaClient,
  notice: Extract<
    Notice,
    {
      kind:
        | 'botReady'
        | 'botTokenDead'
        | 'webhookTaken'
        | 'webhookRefused'
        | 'releasedMembersStay'
        | 'chatRefused';
    }
  >,
): Promise<ReadNotice | null> {
  const bot = await prisma.sellerBot.findUnique({ where: { id: notice.botId } });
  if (!bot) return null;
  const { username: botUsername, telegramBotId } = bot;
  if (notice.kind === 'botReady') {
    const chats = await prisma.channel.count({
      where: { botId: bot.id, ...CONNECTED },
    });
    return {
      content: { kind: notice.kind, botUsername, telegramBotId, hasChat: chats > 0 },
      mutedByOwner: false,
    };
  }
  if (notice.kind === 'webhookRefused')
    return { content: { kind: notice.kind, botUsername, reason: notice.reason }, mutedByOwner: false };
  if (notice.kind !== 'chatRefused')
    return { content: { kind: notice.kind, botUsername }, mutedByOwner: false };
  const { kind, title, reason } = notice;
  const isConnected = await prisma.channel.count({
    where: { ...CONNECTED, botId: bot.id, telegramChatId: BigInt(notice.telegramChatId) },
  });
  if (isConnected > 0) return null;
  return { content: { kind, title, reason, botUsername, telegramBotId }, mutedByOwner: false };
}

/** Null when the tariff is another by now. */
async function readTariffNotice(
  prisma: PrismaClient,
  notice: Extract<Notice, { kind: 'tariffApproved' | 'tariffEnded' | 'tariffEnds' }>,
  isTheirs: boolean,
  now: Date,
): Promise<ReadNotice | null> {
  const owner = await prisma.owner.findUnique({
    where: { id: notice.ownerId },
    include: { tariffs: { where: { status: 'active' } } },
  });
  if (!owner) return null;
  const paidUntil = owner.tariffs[0]?.expiresAt ?? null;
  if (notice.kind === 'tariffEnded') {
    return paidUntil ? null : { content: { kind: notice.kind, owner, isTheirs }, mutedByOwner: false };
  }
  if (!paidUntil) return null;
  if (notice.kind === 'tariffApproved') {
    return { content: { kind: notice.kind, paidUntil }, mutedByOwner: false };
  }
  const timeLeftMs = paidUntil.getTime() - now.getTime();
  if (paidUntil.toISOString() !== notice.expiresAt || timeLeftMs <= 0) return null;
  return {
    content: { kind: notice.kind, owner, isTheirs, expiresAt: paidUntil, timeLeftMs },
    mutedByOwner: false,
  };
}

/** Null when the subscription was renewed, ended or shortened meanwhile: then this warning makes no sense. */
async function readWarning(
  prisma: PrismaClient,
  { subscriptionId, expiresAt }: Extract<Notice, { kind: 'subscriptionEnds' }>,
  now: Date,
): Promise<ReadNotice | null> {
  const subscription = await prisma.subscription.findFirst({
    where: { id: subscriptionId, status: 'active', expiresAt: new Date(expiresAt) },
    include: { endUser: true, channel: { include: { bot: true } } },
  });
  const timeLeftMs = new Date(expiresAt).getTime() - now.getTime();
  if (!subscription || timeLeftMs <= 0) return null;
  return {
    content: { ...aboutSubscription(subscription), kind: 'subscriptionEnds', timeLeftMs },
    mutedByOwner: false,
  };
}

function aboutSubscription(
  subscription: Prisma.SubscriptionGetPayload<{
    include: { endUser: true; channel: { include: { bot: true } } };
  }>,
) {
  const { id, endUser, channel, expiresAt } = subscription;
  return {
    subscriptionId: id,
    endUser,
    chat: chatState(channel),
    botUsername: channel.bot.username,
    expiresAt,
  };
}

async function readSubscriptionNotice(
  prisma: PrismaClient,
  notice: Exclude<Extract<Notice, { subscriptionId: number }>, { kind: 'subscriptionEnds' }>,
): Promise<ReadNotice | null> {
  const subscription = await prisma.subscription.findUnique({
    where: { id: notice.subscriptionId },
    include: { endUser: true, channel: { include: { bot: true } } },
  });
  if (!subscription) return null;
  const { channel } = subscription;
  const about = aboutSubscription(subscription);
  const mutedByOwner = notice.kind === 'endUserJoined' && channel.bot.mutedAt !== null;
  if (!('telegramUserId' in notice)) return { content: { ...about, kind: notice.kind }, mutedByOwner };
  const telegramUserId = BigInt(notice.telegramUserId);
  const known = await prisma.endUser.findFirst({ where: { telegramUserId, botId: channel.botId } });
  const stranger = known ?? { fullName: '', username: null, telegramUserId };
  return { content: { ...about, kind: notice.kind, stranger }, mutedByOwner };
}

async function readChatNotice(
  prisma: PrismaClient,
  notice: Extract<Notice, { channelId: number }>,
): Promise<ReadNotice | null> {
  const channel = await prisma.channel.findUnique({
    where: { id: notice.channelId },
    include: { bot: true },
  });
  if (!channel) return null;
  const content: NoticeContent = {
    kind: notice.kind,
    chat: chatState(channel),
    botUsername: channel.bot.username,
    telegramBotId: channel.bot.telegramBotId,
  };
  return { content, mutedByOwner: false };
}

export function chatState(row: Channel): ChatState {
  return {
    channelId: row.id,
    title: row.title,
    type: row.type as ChannelType,
    isBasicGroup: row.isBasicGroup,
    canInvite: row.canInvite,
    canRestrict: row.canRestrict,
  };
}
