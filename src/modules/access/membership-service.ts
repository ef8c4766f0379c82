import type { Subscription as SubscriptionRow } from '../../infra/prisma-client/client.ts';
import { type Actor, actorInChat, SYSTEM } from '../../kernel/actor.ts';
import type { AuditActor } from '../../kernel/audit.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { digestOf } from '../../shared/digest.ts';
import { MINUTE_MS } from '../../shared/durations.ts';
import { isFree } from '../free-list/free-member.ts';
import { endUserOf, ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { endAccess } from '../subscriptions/ending.ts';
import { startTimeIfLate } from '../subscriptions/settlement.ts';
import { SUBSCRIPTION_NOTICES } from '../subscriptions/subscription-notices.ts';
import { lockEndUser, requireConnected } from '../subscriptions/subscription-queries.ts';
import { ACCESS_NOTICES } from './access-notices.ts';
import { cameByFreeLink } from './free-links/free-links.ts';
import { isNews } from './heard-moves.ts';
import { enqueueLinkRevocation, enqueueLinkRevocations } from './link-revocations.ts';
import type { Arrival, ChatMemberName, Departure, SeenMember } from './movements.ts';
import { findInvite, judgeAddition, replaceLeakedLink } from './unpaid-arrivals.ts';

/** A bot that puts somebody out often lets them in again at once: a captcha, a filter that was wrong. */
const BOTS_CHANGE_THEIR_MIND_MS = MINUTE_MS;

export type MembershipService = ReturnType<typeof createMembershipService>;

/** Watches who comes and goes in the chats that a bot sells. */
export function createMembershipService({ transact, timeZone }: { transact: UnitOfWork; timeZone: string }) {
  /**
   * Somebody is inside now. Matched by the person, because a link is only a hint. Their link has done its work and is
   * revoked: a one-use link works again once its user leaves. Whoever came through somebody else's link without a
   * subscription of their own is put out again; the link's buyer gets a new one in either case. A link of their own that
   * they use after the end is no leak: they are only put out. Whoever is on the free list stays. Whom a buyer adds by hand is put out like whoever came
   * through a leaked link. What is older than their last move that was heard of says no more than that a link leaked.
   */
  async function memberJoined(scope: TenantScope, arrival: Arrival): Promise<void> {
    await transact(async (work) => {
      const joined = await findActive(work, scope, arrival);
      const isPresent = await isNews(work, scope, arrival);
      if (joined && isPresent) {
        // Let in by hand before the bot could deliver: their time counts from now.
        await startTimeIfLate(work, joined, work.now, timeZone);
        await noteJoined(work, scope, joined);
      }
      const stays =
        joined !== null || (await isFree(work.db, arrival.telegramChatId, arrival.telegramUserId));
      const free = arrival.link === null ? null : await cameByFreeLink(work, scope, arrival, stays);
      if (free) {
        if (!stays && isPresent) putOut(work, scope, arrival, { ...free, link: `free:${free.id}` });
        return;
      }
      const invite = arrival.link === null ? null : await findInvite(work, scope, arrival.link);
      if (!invite && !stays && isPresent) return judgeAddition(work, scope, arrival);
      if (!invite || invite.subscriptionId === joined?.id) return;
      if (invite.subscription.endUser.telegramUserId === arrival.telegramUserId) {
        enqueueLinkRevocation(work, invite.id, scope.botId);
      } else {
        await replaceLeakedLink(work, scope, invite, arrival, stays);
      }
      if (stays || !isPresent) return;
      putOut(work, scope, arrival, { channelId: invite.channelId, link: String(invite.id) });
    });
  }

  /**
   * Somebody is outside now. Who left may come back while their subscription lasts. Whom the owner or another
   * administrator put out by hand loses it; the owner is told and can undo it. What another bot did nobody decided: the
   * subscription goes on, and the owner is asked if it stays so. Whose subscription has ended is out with
   * that: whoever lets them in again later does so by hand, and nobody else was asked to.
   */
  async function memberLeft(scope: TenantScope, departure: Departure): Promise<void> {
    const { by } = departure;
    await transact(async (work) => {
      const subscription = await findActive(work, scope, departure);
      if (!(await isNews(work, scope, departure)) || by.telegramUserId === scope.telegramBotId) return;
      await noteOut(work, scope, departure);
      if (subscription) await noteInside(work, subscription, false);
      if (!subscription || by.telegramUserId === departure.telegramUserId) return;
      if (!by.isBot) return endByHand(work, scope, subscription, actorInChat(scope, by.telegramUserId));
      work.enqueue({
        kind: 'ask-about-removal',
        key: `${PUT_OUT_BY_BOT}${subscription.id}:${departure.at.getTime()}`,
        botId: scope.botId,
        payload: { subscriptionId: subscription.id },
        dueAt: new Date(work.now.getTime() + BOTS_CHANGE_THEIR_MIND_MS),
      });
    });
  }

  /** An administrator is none any more: if their subscription ended meanwhile, they can be put out now. */
  async function memberDemoted(
    scope: TenantScope,
    { telegramChatId, telegramUserId }: ChatMemberName,
  ): Promise<void> {
    await transact(async ({ db, enqueue }) => {
      const ended = await db.subscription.findFirst({
        where: {
          endUser: { telegramUserId, botId: scope.botId },
          channel: { telegramChatId, botId: scope.botId },
          status: { not: 'active' },
          kickedAt: null,
        },
        orderBy: { id: 'desc' },
        select: { id: true },
      });
      if (!ended) return;
      enqueue({ kind: 'remove-member', botId: scope.botId, payload: { subscriptionId: ended.id } });
    });
  }

  /**
   * What a nightly look at a member found: an update that never came is made up for. Who left may come back: it ends
   * nothing.
   */
  async function memberSeen(scope: TenantScope, seen: SeenMember): Promise<void> {
    const { presence } = seen;
    await transact(async (work) => {
      const subscription = await findActive(work, scope, seen);
      if (!subscription) return;
      if (presence === 'outside') return noteInside(work, subscription, false);
      if (presence === 'banned') return endUnlessAwaited(work, scope, subscription);
      if (subscription.joinedAt === null) await noteJoined(work, scope, subscription);
      else await noteInside(work, subscription, true);
    });
  }

  /**
   * Puts a removal right: the subscription goes on with its old end, and a place that is kept is kept on. After a removal by a bot it never ended, and all
   * that is missing is a way in.
   * @throws AppError `notFound`, `restore.over`, `chatNotConnected`
   */
  async function restoreMember(scope: TenantScope, actor: Actor, subscriptionId: number): Promise<void> {
    await transact(async (work) => {
      await requireMay(work.db, scope, actor, 'shop');
      if (!(await work.once(actor.act))) return;
      const row = await work.db.subscription.findFirst({
        where: { id: subscriptionId, channel: { botId: scope.botId } },
        select: { endUserId: true, channelId: true },
      });
      if (!row) throw new AppError('notFound');
      await lockEndUser(work.db, row.endUserId, scope.botId);
      await requireConnected(work.db, { botId: scope.botId, channelIds: [row.channelId] });
      // They have bought anew.
      const active = await work.db.subscription.findFirst({ where: { ...row, status: 'active' } });
      if (active?.id === subscriptionId && (await wasPutOutByBot(work, subscriptionId))) {
        return enqueueWayIn(work, scope, subscriptionId);
      }
      if (active) throw new AppError('restore.over');
      const restored = await work.db.subscription.updateManyAndReturn({
        where: {
          id: subscriptionId,
          status: 'kicked',
          endUser: { banned: false, telegramUserId: { gt: 0 } },
          OR: [{ expiresAt: null }, { expiresAt: { gt: work.now } }, { graceUntil: { gt: work.now } }],
        },
        data: { status: 'active', kickedAt: null, endedAt: null },
      });
      if (restored.length === 0) throw new AppError('restore.over');
      enqueueWayIn(work, scope, subscriptionId);
      work.audit(actor, 'member.restored', { subscription: subscriptionId, bot: scope.botId });
    });
  }

  return { memberJoined, memberLeft, memberDemoted, memberSeen, restoreMember };
}

/** Whoever came in by a link that was not for them. */
function putOut(
  { enqueue }: Work,
  { botId }: TenantScope,
  { telegramUserId, toldOrder }: Arrival,
  { channelId, link }: { channelId: number; link: string },
): void {
  enqueue({
    kind: 'remove-stranger',
    // A digest: a stranger's id stands nowhere once they are forgotten.
    key: `came-in:${digestOf(`${link}:${telegramUserId}:${toldOrder}`)}`,
    botId,
    payload: { channelId, telegramUserId: String(telegramUserId) },
  });
}

/** Begins the keys of messages to ask about what a bot did. */
export const PUT_OUT_BY_BOT = 'put-out-by-bot:';

async function wasPutOutByBot({ db }: Work, subscriptionId: number): Promise<boolean> {
  return (
    (await db.outboxMessage.count({
      where: { key: { startsWith: `${PUT_OUT_BY_BOT}${subscriptionId}:` } },
    })) > 0
  );
}

function enqueueWayIn({ enqueue }: Work, { botId }: TenantScope, subscriptionId: number): void {
  enqueue({ kind: 'deliver-access', botId, payload: { subscriptionId, reason: 'again' } });
}

/** Nobody is left to remove for what ended before. The caller holds the lock on the person. */
async function noteOut(
  { db, now }: Work,
  scope: TenantScope,
  { telegramChatId, telegramUserId }: Departure,
): Promise<void> {
  await db.subscription.updateMany({
    where: {
      endUser: { telegramUserId, botId: scope.botId },
      channel: { telegramChatId, botId: scope.botId },
      status: { not: 'active' },
      kickedAt: null,
    },
    data: { kickedAt: now },
  });
}

async function endByHand(
  work: Work,
  scope: TenantScope,
  subscription: SubscriptionRow,
  actor: AuditActor,
): Promise<void> {
  await endAccess(work, subscription, scope.botId, { status: 'kicked', why: null, isOut: true });
  const { botId } = scope;
  const about = { subscriptionId: subscription.id };
  tell(work, ACCESS_NOTICES.removedByHand, ownerOf(scope), about, { botId });
  tell(work, SUBSCRIPTION_NOTICES.accessEndedByOwner, endUserOf(subscription), about, { botId });
  work.audit(actor, 'member.removed-by-hand', { subscription: subscription.id, bot: scope.botId });
}

/**
 * A ban is what is left of an earlier removal while the way in is still enqueued: the delivery lifts it. One that a bot
 * made is the owner's to judge, who was asked. Of any other nobody knows who made it.
 */
async function endUnlessAwaited(
  work: Work,
  scope: TenantScope,
  subscription: SubscriptionRow,
): Promise<void> {
  const awaited = await work.db.outboxMessage.count({
    where: {
      kind: 'deliver-access',
      botId: scope.botId,
      doneAt: null,
      payload: { path: ['subscriptionId'], equals: subscription.id },
    },
  });
  if (awaited > 0 || (await wasPutOutByBot(work, subscription.id))) return;
  await endByHand(work, scope, subscription, SYSTEM);
}

/** The person's active subscription of that chat, with the lock on the person held. */
async function findActive(
  { db }: Work,
  scope: TenantScope,
  { telegramChatId, telegramUserId }: ChatMemberName,
): Promise<SubscriptionRow | null> {
  const endUser = await db.endUser.findUnique({
    where: { telegramUserId_botId: { telegramUserId, botId: scope.botId } },
    select: { id: true },
  });
  if (!endUser) return null;
  await lockEndUser(db, endUser.id, scope.botId);
  return db.subscription.findFirst({
    where: { endUserId: endUser.id, status: 'active', channel: { telegramChatId, botId: scope.botId } },
  });
}

async function noteInside({ db }: Work, { id }: SubscriptionRow, isInside: boolean): Promise<void> {
  await db.subscription.updateMany({
    where: { id, OR: [{ isInside: null }, { isInside: !isInside }] },
    data: { isInside },
  });
}

async function noteJoined(work: Work, scope: TenantScope, subscription: SubscriptionRow): Promise<void> {
  const isFirstTime = subscription.joinedAt === null;
  await work.db.subscription.update({
    where: { id: subscription.id },
    data: { joinedAt: subscription.joinedAt ?? work.now, linkUsed: true, isInside: true },
  });
  await enqueueLinkRevocations(work, subscription.id, scope.botId);
  if (!isFirstTime) return;
  const { botId } = scope;
  const about = { subscriptionId: subscription.id };
  const key = `end-user-joined:${subscription.id}`;
  tell(work, ACCESS_NOTICES.endUserJoined, ownerOf(scope), about, { key, botId });
}
