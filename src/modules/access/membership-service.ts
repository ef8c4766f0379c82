import type { Subscription as SubscriptionRow } from '../../infra/prisma-client/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { TenantScope } from '../../shared/tenant-scope.ts';
import type { Notice } from '../notifications/notice.ts';
import type { UnitOfWork, Work } from '../promises/unit-of-work.ts';
import { startTimeIfLate } from '../subscriptions/settlement.ts';
import { lockEndUser, requireConnected } from '../subscriptions/subscription-repository.ts';
import type { Presence } from './chat-gateway.ts';
import { endAccess, promiseLinkRevoked, promiseLinksRevoked } from './ending.ts';

export interface Arrival {
  telegramChatId: bigint;
  telegramUserId: bigint;
  /** The invite link that they came through, as far as Telegram says. */
  link: string | null;
}

export interface Departure {
  telegramChatId: bigint;
  telegramUserId: bigint;
  /** Who put them out; themselves when they left. */
  by: bigint;
}

export interface SeenMember {
  telegramChatId: bigint;
  telegramUserId: bigint;
  presence: Presence;
}

export type MembershipService = ReturnType<typeof createMembershipService>;

/** Watches who comes and goes in the chats that a bot sells. */
export function createMembershipService({ transact, timeZone }: { transact: UnitOfWork; timeZone: string }) {
  /**
   * Somebody is inside now. Matched by the person, because a link is only a hint. Their link has done its work and is
   * revoked: a one-use link works again once its user leaves. Whoever came through somebody else's link without a
   * subscription of their own is put out again; the link's buyer gets a new one in either case. A link of their own that
   * they use after the end is no leak: they are only put out.
   */
  async function memberJoined(scope: TenantScope, arrival: Arrival): Promise<void> {
    await transact(async (work) => {
      const joined = await findActive(work, scope, arrival);
      if (joined) {
        // Let in by hand before the bot could deliver: their time counts from now.
        await startTimeIfLate(work, joined, work.now, timeZone);
        await noteJoined(work, scope, joined);
      }
      const invite = arrival.link === null ? null : await findInvite(work, scope, arrival.link);
      if (!invite || invite.subscriptionId === joined?.id) return;
      if (invite.subscription.endUser.telegramUserId === arrival.telegramUserId) {
        promiseLinkRevoked(work, invite.id, scope.botId);
      } else {
        await replaceLeakedLink(work, scope, invite, arrival);
      }
      if (joined) return;
      work.promise({
        kind: 'remove-stranger',
        botId: scope.botId,
        payload: { channelId: invite.channelId, telegramUserId: String(arrival.telegramUserId) },
      });
    });
  }

  /**
   * Somebody is outside now. Who left may come back while their subscription lasts. Whom the owner or another
   * administrator put out by hand loses it; the owner is told and can undo it. Whose subscription has ended is out with
   * that: whoever lets them in again later does so by hand, and nobody else was asked to.
   */
  async function memberLeft(scope: TenantScope, departure: Departure): Promise<void> {
    if (departure.by === scope.telegramBotId) return;
    await transact(async (work) => {
      const subscription = await findActive(work, scope, departure);
      await noteOut(work, scope, departure);
      if (!subscription || departure.by === departure.telegramUserId) return;
      await endByHand(work, scope, subscription, departure.by);
    });
  }

  /**
   * What a nightly look at a member found: an update that never came is made up for. Who left may come back, so that
   * being outside changes nothing.
   */
  async function memberSeen(scope: TenantScope, seen: SeenMember): Promise<void> {
    const { presence } = seen;
    if (presence === 'outside') return;
    await transact(async (work) => {
      const subscription = await findActive(work, scope, seen);
      if (!subscription) return;
      if (presence === 'banned') return endUnlessAwaited(work, scope, subscription);
      if (subscription.joinedAt === null) await noteJoined(work, scope, subscription);
    });
  }

  /**
   * Puts a removal by hand right: the subscription goes on with its old end.
   * @throws AppError `notFound`, `restore.over`, `chatNotConnected`
   */
  async function restoreMember(scope: TenantScope, subscriptionId: number): Promise<void> {
    await transact(async (work) => {
      const row = await work.db.subscription.findFirst({
        where: { id: subscriptionId, channel: { botId: scope.botId } },
        select: { endUserId: true, channelId: true },
      });
      if (!row) throw new AppError('notFound');
      await lockEndUser(work.db, row.endUserId, scope.botId);
      await requireConnected(work.db, { botId: scope.botId, channelId: row.channelId });
      // They have bought anew.
      const isActive = await work.db.subscription.count({ where: { ...row, status: 'active' } });
      if (isActive > 0) throw new AppError('restore.over');
      const restored = await work.db.subscription.updateManyAndReturn({
        where: {
          id: subscriptionId,
          status: 'kicked',
          endUser: { banned: false, telegramUserId: { gt: 0 } },
          OR: [{ expiresAt: null }, { expiresAt: { gt: work.now } }],
        },
        data: { status: 'active', kickedAt: null },
      });
      if (restored.length === 0) throw new AppError('restore.over');
      work.promise({
        kind: 'deliver-access',
        botId: scope.botId,
        payload: { subscriptionId, reason: 'again' },
      });
      work.audit({
        actor: `owner:${scope.ownerTelegramUserId}`,
        action: 'member.restored',
        target: `subscription:${subscriptionId}`,
        botId: scope.botId,
      });
    });
  }

  return { memberJoined, memberLeft, memberSeen, restoreMember };
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
  by: bigint,
): Promise<void> {
  await endAccess(work, subscription, scope.botId, { status: 'kicked', isOut: true });
  tellOwner(work, scope, { kind: 'removedByHand', subscriptionId: subscription.id });
  tellEndUser(work, scope, subscription.endUserId, {
    kind: 'accessEndedByOwner',
    subscriptionId: subscription.id,
  });
  work.audit({
    actor: `owner:${by}`,
    action: 'member.removed-by-hand',
    target: `subscription:${subscription.id}`,
    botId: scope.botId,
  });
}

/** A ban is what is left of an earlier removal while the way in is still promised: the delivery lifts it. */
async function endUnlessAwaited(
  work: Work,
  scope: TenantScope,
  subscription: SubscriptionRow,
): Promise<void> {
  const awaited = await work.db.outboxPromise.count({
    where: {
      kind: 'deliver-access',
      botId: scope.botId,
      doneAt: null,
      payload: { path: ['subscriptionId'], equals: subscription.id },
    },
  });
  if (awaited === 0) await endByHand(work, scope, subscription, scope.ownerTelegramUserId);
}

/** The person's active subscription of that chat, with the lock on the person held. */
async function findActive(
  { db }: Work,
  scope: TenantScope,
  { telegramChatId, telegramUserId }: Pick<Arrival, 'telegramChatId' | 'telegramUserId'>,
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

async function findInvite({ db }: Work, scope: TenantScope, link: string) {
  return db.inviteLink.findFirst({
    where: { link, channel: { botId: scope.botId } },
    select: {
      id: true,
      link: true,
      subscriptionId: true,
      channelId: true,
      subscription: { select: { endUser: { select: { telegramUserId: true } } } },
    },
  });
}

async function noteJoined(work: Work, scope: TenantScope, subscription: SubscriptionRow): Promise<void> {
  const isFirstTime = subscription.joinedAt === null;
  await work.db.subscription.update({
    where: { id: subscription.id },
    data: { joinedAt: subscription.joinedAt ?? work.now, linkUsed: true },
  });
  await promiseLinksRevoked(work, subscription.id, scope.botId);
  if (!isFirstTime) return;
  work.promise({
    kind: 'small-notice',
    key: `end-user-joined:${subscription.id}`,
    botId: scope.botId,
    payload: {
      to: { kind: 'owner', ownerId: scope.ownerId },
      notice: { kind: 'endUserJoined', subscriptionId: subscription.id },
      quiet: true,
    },
  });
}

/**
 * The link let somebody else in: it goes, its buyer gets a new one unless they have it already, and the owner is told.
 * Heard again, it changes and tells nothing more.
 */
async function replaceLeakedLink(
  work: Work,
  scope: TenantScope,
  { id, link, subscriptionId }: { id: number; link: string; subscriptionId: number },
  { telegramUserId }: Arrival,
): Promise<void> {
  const replaced = await work.db.subscription.updateMany({
    where: { id: subscriptionId, status: 'active', inviteLink: link, channel: { botId: scope.botId } },
    data: { linkUsed: true },
  });
  if (replaced.count > 0) {
    await promiseLinksRevoked(work, subscriptionId, scope.botId);
    work.promise({
      kind: 'deliver-access',
      key: `leaked:${id}`,
      botId: scope.botId,
      payload: { subscriptionId, reason: 'leaked' },
    });
  } else {
    promiseLinkRevoked(work, id, scope.botId);
  }
  tellOwner(
    work,
    scope,
    { kind: 'linkLeaked', subscriptionId, telegramUserId: String(telegramUserId) },
    `link-leaked:${id}:${telegramUserId}`,
  );
}

function tellOwner(work: Work, scope: TenantScope, notice: Notice, key?: string): void {
  work.promise({
    kind: 'sure-notice',
    ...(key === undefined ? {} : { key }),
    botId: scope.botId,
    payload: { to: { kind: 'owner', ownerId: scope.ownerId }, notice, quiet: false },
  });
}

function tellEndUser(work: Work, scope: TenantScope, endUserId: number, notice: Notice): void {
  work.promise({
    kind: 'sure-notice',
    botId: scope.botId,
    payload: { to: { kind: 'endUser', endUserId }, notice, quiet: false },
  });
}
