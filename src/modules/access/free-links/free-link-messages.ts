import { z } from 'zod';
import type { Language } from '../../../infra/i18n/i18n.ts';
import type { OutboxDefinitions, OutboxOutcome } from '../../../kernel/outbox/outbox-message.ts';
import { isForgotten } from '../../../kernel/tenant-scope.ts';
import { HOUR_MS } from '../../../shared/durations.ts';
import { chatState } from '../../channels/channel.ts';
import type { ChatPlace } from '../../channels/chat-gateway.ts';
import { isFree } from '../../free-list/free-member.ts';
import type { FreeLinkContent } from '../access-gateway.ts';
import { type AccessHandlersDeps, INVITE_LINK_HOURS } from '../access-handlers.ts';

const deliverFreeLink = z.object({ channelId: z.int(), endUserId: z.int() });
const revokeFreeLink = z.object({ freeLinkId: z.int() });

declare module '../../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** A way in for somebody on the free list, who asked for it. */
    'deliver-free-link': z.infer<typeof deliverFreeLink>;
    'revoke-free-link': z.infer<typeof revokeFreeLink>;
  }
}

export function createFreeLinkMessages(
  deps: AccessHandlersDeps,
): OutboxDefinitions<'deliver-free-link' | 'revoke-free-link'> {
  return {
    'deliver-free-link': {
      payload: deliverFreeLink,
      handle: (payload) => deliver(deps, payload),
      onUnknown: 'retry',
      endsWhenRefused: true,
      endsWithBot: true,
    },
    'revoke-free-link': {
      payload: revokeFreeLink,
      handle: (payload) => revoke(deps, payload),
      onUnknown: 'retry',
      endsWithBot: true,
    },
  };
}

/** Repeating it sends the same link again. Whom somebody put out by hand, in Telegram, is let in by hand. */
async function deliver(
  deps: AccessHandlersDeps,
  { channelId, endUserId }: z.infer<typeof deliverFreeLink>,
): Promise<OutboxOutcome> {
  const { prisma, chats, messages } = deps;
  const [channel, endUser] = await Promise.all([
    prisma.channel.findUnique({ where: { id: channelId }, include: { bot: true } }),
    prisma.endUser.findUnique({ where: { id: endUserId } }),
  ]);
  if (!channel || !endUser || isForgotten(endUser)) return 'not-due';
  const { telegramUserId, language } = endUser;
  if (!(await isFree(prisma, channel.telegramChatId, telegramUserId))) return 'not-due';
  const { telegramBotId } = channel.bot;
  const place = { telegramBotId, telegramChatId: channel.telegramChatId };
  const presence = await chats.presenceOf(place, telegramUserId);
  const content: FreeLinkContent = { chat: chatState(channel), presence, link: null };
  if (presence === 'outside') content.link = await usableLink(deps, channelId, place, telegramUserId);
  await messages.sendFreeLink(
    { via: telegramBotId, telegramUserId, language: language as Language },
    content,
  );
  return 'delivered';
}

/** The link that they have while it works, else a new one. It is in the database before anybody sees it. */
async function usableLink(
  { prisma, chats, clock }: AccessHandlersDeps,
  channelId: number,
  place: ChatPlace,
  telegramUserId: bigint,
): Promise<NonNullable<FreeLinkContent['link']>> {
  const now = clock.now();
  const present = await prisma.freeLink.findFirst({
    where: { channelId, telegramUserId, revokedAt: null, expiresAt: { gt: now } },
    orderBy: { id: 'desc' },
  });
  if (present) return { url: present.link, leftMs: present.expiresAt.getTime() - now.getTime() };
  const expiresAt = new Date(now.getTime() + INVITE_LINK_HOURS * HOUR_MS);
  const link = await chats.createInviteLink(place, { name: 'getolog', expiresAt });
  await prisma.freeLink.create({ data: { channelId, telegramUserId, link, createdAt: now, expiresAt } });
  return { url: link, leftMs: expiresAt.getTime() - now.getTime() };
}

async function revoke(
  { prisma, chats, clock }: AccessHandlersDeps,
  { freeLinkId: id }: z.infer<typeof revokeFreeLink>,
): Promise<OutboxOutcome> {
  const row = await prisma.freeLink.findUnique({
    where: { id },
    include: { channel: { include: { bot: true } } },
  });
  if (!row || row.revokedAt) return 'not-due';
  const { channel } = row;
  const place = { telegramBotId: channel.bot.telegramBotId, telegramChatId: channel.telegramChatId };
  await chats.revokeInviteLink(place, row.link);
  await prisma.freeLink.update({ where: { id }, data: { revokedAt: clock.now() } });
  return 'delivered';
}
