import type { Language } from '../../infra/i18n/i18n.ts';
import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { ClaimedMessage, OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { chatState } from '../channels/channel.ts';
import type { ChatGateway, ChatPlace, Presence } from '../channels/chat-gateway.ts';
import type { Address } from '../notifications/address.ts';
import { isLateAt, LIVING_ENTRIES, startTimeIfLate, toHeldTime } from '../subscriptions/settlement.ts';
import { isTimeUp } from '../subscriptions/subscription.ts';
import { lockEndUser } from '../subscriptions/subscription-queries.ts';
import { beginAt } from '../subscriptions/time-ledger.ts';
import type { AccessContent, AccessGateway } from './access-gateway.ts';
import { settleBan } from './ban-settling.ts';
import { waitsBehindDelivery } from './delivery-queries.ts';
import { enqueueLinkRevocation } from './link-revocations.ts';

/** A link that nobody used by then is made anew on request. */
export const INVITE_LINK_HOURS = 24;
export interface AccessHandlersDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  chats: ChatGateway;
  messages: AccessGateway;
  timeZone: string;
}

export function createAccessHandlers(deps: AccessHandlersDeps): {
  'deliver-access': OutboxHandler<'deliver-access'>;
  'revoke-link': OutboxHandler<'revoke-link'>;
} {
  const { prisma, chats, messages } = deps;

  return {
    /** Repeating it sends the same link again, never a second one. */
    'deliver-access': async ({ subscriptionId, reason }, claimed) => {
      const subscription = await readSubscription(prisma, subscriptionId);
      if (subscription?.status !== 'active') return 'not-due';
      const { endUser, channel } = subscription;
      if (
        reason === 'again' &&
        (await waitsBehindDelivery(prisma, claimed.id, endUser.botId, subscriptionId))
      )
        return 'not-due';
      const place = { telegramBotId: channel.bot.telegramBotId, telegramChatId: channel.telegramChatId };
      const presence = await presenceOf(deps, place, endUser.telegramUserId, claimed);
      // By the database as they are then: somebody may be banned in this very moment.
      if (presence === 'banned') await settleBan(deps, place, endUser.id);
      const isInside = presence === 'inside' || presence === 'administrator';
      const at = deps.clock.now();
      const isKeptOut = !isInside && isTimeUp(subscription, at);
      const link = isInside || isKeptOut ? null : await usableLink(deps, subscription, place);
      if (!isInside && !isKeptOut && !link) return 'not-due';
      const isLate = !isInside && isLateAt(subscription, at);
      await messages.sendAccess(addressOf(subscription), {
        chat: chatState(channel),
        reason,
        expiresAt: isLate
          ? beginAt(toHeldTime(subscription), at, deps.timeZone).expiresAt
          : subscription.expiresAt,
        keptOut: isKeptOut ? { graceUntil: subscription.graceUntil } : null,
        link,
      });
      await noteDelivered(deps, subscription, at, isInside);
      return 'delivered';
    },

    'revoke-link': async ({ inviteLinkId }) => {
      const invite = await prisma.inviteLink.findUnique({
        where: { id: inviteLinkId },
        include: { channel: { include: { bot: true } } },
      });
      if (!invite || invite.revokedAt) return 'not-due';
      const { channel } = invite;
      const place = { telegramBotId: channel.bot.telegramBotId, telegramChatId: channel.telegramChatId };
      await chats.revokeInviteLink(place, invite.link);
      await prisma.inviteLink.update({ where: { id: invite.id }, data: { revokedAt: deps.clock.now() } });
      return 'delivered';
    },
  };
}

/** Telegram may err about somebody this often; then whoever paid gets a link, which harms nobody who is inside. */
const UNCLEAR_ATTEMPTS = 3;

/** @returns null where Telegram keeps erring about them: no outcome, and no reason to leave them without a way in */
async function presenceOf(
  { chats }: AccessHandlersDeps,
  place: ChatPlace,
  telegramUserId: bigint,
  { earlierAttempts }: Pick<ClaimedMessage, 'earlierAttempts'>,
): Promise<Presence | null> {
  try {
    return await chats.presenceOf(place, telegramUserId);
  } catch (error) {
    if (!isDeliveryFailure(error, 'unclear') || earlierAttempts < UNCLEAR_ATTEMPTS) throw error;
    return null;
  }
}

const WITH_PLACE = {
  endUser: true,
  timeEntries: LIVING_ENTRIES,
  channel: { include: { bot: true } },
} as const;
type PlacedSubscription = Prisma.SubscriptionGetPayload<{ include: typeof WITH_PLACE }>;

function readSubscription(prisma: PrismaClient, id: number): Promise<PlacedSubscription | null> {
  return prisma.subscription.findUnique({ where: { id }, include: WITH_PLACE });
}

function addressOf({ endUser, channel }: PlacedSubscription): Address {
  return {
    via: channel.bot.telegramBotId,
    telegramUserId: endUser.telegramUserId,
    language: endUser.language as Language,
  };
}

/** The subscription's link while it works, else a new one. A link is in the database before anybody sees it. */
async function usableLink(
  deps: AccessHandlersDeps,
  subscription: PlacedSubscription,
  place: ChatPlace,
): Promise<AccessContent['link']> {
  const now = deps.clock.now();
  const usable =
    (await presentLink(deps, subscription, now)) ?? (await newLink(deps, subscription, place, now));
  return usable && { url: usable.link, leftMs: usable.expiresAt.getTime() - now.getTime() };
}

interface KeptLink {
  link: string;
  expiresAt: Date;
}

async function presentLink(
  { prisma }: AccessHandlersDeps,
  { inviteLink, linkUsed }: PlacedSubscription,
  now: Date,
): Promise<KeptLink | null> {
  if (inviteLink === null || linkUsed) return null;
  const present = await prisma.inviteLink.findUnique({ where: { link: inviteLink } });
  return present && present.revokedAt === null && present.expiresAt > now ? present : null;
}

async function newLink(
  deps: AccessHandlersDeps,
  subscription: PlacedSubscription,
  place: ChatPlace,
  now: Date,
): Promise<KeptLink | null> {
  const expiresAt = new Date(now.getTime() + INVITE_LINK_HOURS * HOUR_MS);
  const link = await deps.chats.createInviteLink(place, { name: `getolog ${subscription.id}`, expiresAt });
  return keepLink(deps, subscription, { link, createdAt: now, expiresAt });
}

/**
 * Two deliveries at once make two links: the first one kept counts, and the other is revoked unseen. So is one that was
 * made while access ended.
 * @returns null where access has ended
 */
async function keepLink(
  { transact }: AccessHandlersDeps,
  subscription: PlacedSubscription,
  made: KeptLink & { createdAt: Date },
): Promise<KeptLink | null> {
  return transact(async ({ db, enqueue }) => {
    const { id, channelId, inviteLink, linkUsed } = subscription;
    const kept = await db.subscription.updateMany({
      where: { id, inviteLink, linkUsed, status: 'active' },
      data: { inviteLink: made.link, linkUsed: false },
    });
    const row = await db.inviteLink.create({ data: { ...made, subscriptionId: id, channelId } });
    if (kept.count > 0) return made;
    enqueueLinkRevocation({ enqueue }, row.id, subscription.endUser.botId);
    const present = await db.subscription.findUniqueOrThrow({ where: { id } });
    if (present.status !== 'active') return null;
    return db.inviteLink.findUniqueOrThrow({ where: { link: present.inviteLink ?? '' } });
  });
}

async function noteDelivered(
  { transact, timeZone }: AccessHandlersDeps,
  { id, endUser }: PlacedSubscription,
  at: Date,
  isInside: boolean,
): Promise<void> {
  await transact(async (work) => {
    await lockEndUser(work.db, endUser.id, endUser.botId);
    const subscription = await work.db.subscription.findFirst({ where: { id, status: 'active' } });
    if (!subscription) return;
    const { deliveredAt, joinedAt } = subscription;
    // Who is inside has had access all the while.
    if (!isInside) await startTimeIfLate(work, subscription, at, timeZone);
    await work.db.subscription.update({
      where: { id },
      data: {
        deliveredAt: deliveredAt ?? at,
        // Whoever was outside when the link was made may have used it by now.
        ...(isInside ? { joinedAt: joinedAt ?? at, isInside } : {}),
      },
    });
  });
}
