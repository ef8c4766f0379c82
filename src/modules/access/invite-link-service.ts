import type { EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { digestOf } from '../../shared/digest.ts';
import { isTimeUp } from '../subscriptions/subscription.ts';
import { lockEndUser } from '../subscriptions/subscription-queries.ts';
import { hastenDelivery } from './delivery-queries.ts';

/** Taps on one button within this are one wish: a second message would only keep what else waits for the chat. */
const ONE_WISH_MS = 5_000;

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
    await transact(async ({ db, now, enqueue, wake }) => {
      await lockEndUser(db, endUserId, scope.botId);
      const row = await db.subscription.findFirst({
        where: { id: subscriptionId, endUserId, channel: { botId: scope.botId } },
      });
      if (!row) throw new AppError('notFound');
      if (row.status !== 'active') throw new AppError('subscriptionOver');
      if (isTimeUp(row, now)) throw new AppError('subscriptionInGrace');
      // One on its way is the answer to every further press.
      const waiting = await hastenDelivery(db, { botId: scope.botId, subscriptionId }, now);
      if (waiting) return wake(waiting);
      // What became of the link since makes it another wish.
      const wish = [subscriptionId, row.inviteLink, row.linkUsed, Math.floor(now.getTime() / ONE_WISH_MS)];
      enqueue({
        kind: 'deliver-access',
        key: `relink:${digestOf(wish.join(' '))}`,
        botId: scope.botId,
        payload: { subscriptionId, reason: 'again' },
      });
    });
  }

  return { requestLink };
}
