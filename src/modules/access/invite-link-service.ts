import type { Actor, EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { digestOf } from '../../shared/digest.ts';
import { isTimeUp } from '../subscriptions/subscription.ts';
import { lockEndUser, requireWelcome } from '../subscriptions/subscription-queries.ts';
import { hastenDelivery } from './delivery-queries.ts';

/** Taps on one button within this are one wish: a second message would only keep what else waits for the chat. */
export const ONE_WISH_MS = 5_000;

export type InviteLinkService = ReturnType<typeof createInviteLinkService>;

export function createInviteLinkService({ transact }: { transact: UnitOfWork }) {
  /**
   * A way in for somebody active and outside: the same link while it works, else a new one.
   * @throws AppError `notFound` for anybody else's subscription, exactly as for none; `subscriptionOver`,
   *   `subscriptionInGrace`
   */
  async function requestLink(
    scope: TenantScope,
    { endUserId }: EndUserActor,
    subscriptionId: number,
  ): Promise<void> {
    await transact(async (work) => {
      const { db, now } = work;
      await lockEndUser(db, endUserId, scope.botId);
      const row = await db.subscription.findFirst({
        where: { id: subscriptionId, endUserId, channel: { botId: scope.botId } },
      });
      if (!row) throw new AppError('notFound');
      if (row.status !== 'active') throw new AppError('subscriptionOver');
      if (isTimeUp(row, now)) throw new AppError('subscriptionInGrace');
      await deliverAgain(work, scope, row);
    });
  }

  /**
   * Whoever runs the bot has the ways into all that somebody has access to sent to them.
   * @throws AppError `notFound`, `endUserBanned`, `endUserForgotten`, `endUserHasNoAccess`
   */
  async function sendAgain(scope: TenantScope, actor: Actor, endUserId: number): Promise<void> {
    await transact(async (work) => {
      const { db, now, audit } = work;
      await requireMay(db, scope, actor, 'people');
      const endUser = await lockEndUser(db, endUserId, scope.botId);
      if (!endUser) throw new AppError('notFound');
      requireWelcome(endUser);
      const active = await db.subscription.findMany({
        where: { endUserId, status: 'active', channel: { botId: scope.botId } },
        orderBy: { id: 'asc' },
      });
      const running = active.filter((subscription) => !isTimeUp(subscription, now));
      if (running.length === 0) throw new AppError('endUserHasNoAccess');
      for (const subscription of running) await deliverAgain(work, scope, subscription);
      audit(actor, 'link.sent-again', { 'end-user': endUserId, bot: scope.botId });
    });
  }

  return { requestLink, sendAgain };
}

async function deliverAgain(
  { db, now, enqueue, wake }: Work,
  { botId }: TenantScope,
  { id: subscriptionId, inviteLink, linkUsed }: { id: number; inviteLink: string | null; linkUsed: boolean },
): Promise<void> {
  // One on its way is the answer to every further press.
  const waiting = await hastenDelivery(db, { botId, subscriptionId }, now);
  if (waiting) return wake(waiting);
  // What became of the link since makes it another wish.
  const wish = [subscriptionId, inviteLink, linkUsed, Math.floor(now.getTime() / ONE_WISH_MS)];
  enqueue({
    kind: 'deliver-access',
    key: `relink:${digestOf(wish.join(' '))}`,
    botId,
    payload: { subscriptionId, reason: 'again' },
  });
}
