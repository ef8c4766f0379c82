import type { EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { lockEndUser } from '../subscriptions/subscription-queries.ts';
import { hastenDelivery } from './delivery-queries.ts';

export function createInviteLinkService({ transact }: { transact: UnitOfWork }) {
  /**
   * A way in for somebody active and outside: the same link while it works, else a new one.
   * @throws AppError `notFound` for anybody else's subscription, exactly as for none; `subscriptionOver`
   */
  async function requestLink(
    scope: TenantScope,
    { endUserId }: EndUserActor,
    subscriptionId: number,
  ): Promise<void> {
    await transact(async ({ db, now, enqueue, wake }) => {
      await lockEndUser(db, endUserId, scope.botId);
      const row = await db.subscription.findFirst({
        where: { id: subscriptionId, endUserId, channel: { botId: scope.botId } },
        select: { status: true },
      });
      if (!row) throw new AppError('notFound');
      if (row.status !== 'active') throw new AppError('subscriptionOver');
      // One on its way is the answer to every further press.
      const waiting = await hastenDelivery(db, { botId: scope.botId, subscriptionId }, now);
      if (waiting) return wake(waiting);
      enqueue({
        kind: 'deliver-access',
        botId: scope.botId,
        payload: { subscriptionId, reason: 'again' },
      });
    });
  }

  return { requestLink };
}
