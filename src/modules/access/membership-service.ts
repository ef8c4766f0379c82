import type { TenantScope } from '../../shared/tenant-scope.ts';
import type { UnitOfWork } from '../promises/unit-of-work.ts';
import { lockEndUser } from '../subscriptions/subscription-repository.ts';

/** Watches who comes and goes in the chats that a bot sells. */
export function createMembershipService({ transact }: { transact: UnitOfWork }) {
  return {
    /**
     * Somebody is inside now. Matched by the person, because a link is only a hint. Their link has done its work
     * and is revoked: a one-use link works again once its user leaves.
     */
    async memberJoined(scope: TenantScope, telegramChatId: bigint, telegramUserId: bigint): Promise<void> {
      await transact(async ({ db, now, promise }) => {
        const endUser = await db.endUser.findUnique({
          where: { telegramUserId_botId: { telegramUserId, botId: scope.botId } },
          select: { id: true },
        });
        if (!endUser) return;
        await lockEndUser(db, endUser.id, scope.botId);
        const subscription = await db.subscription.findFirst({
          where: {
            endUserId: endUser.id,
            status: 'active',
            channel: { telegramChatId, botId: scope.botId },
          },
          include: { inviteLinks: { where: { revokedAt: null }, select: { id: true } } },
        });
        if (!subscription) return;
        const firstTime = subscription.joinedAt === null;
        await db.subscription.update({
          where: { id: subscription.id },
          data: { joinedAt: subscription.joinedAt ?? now, linkUsed: true },
        });
        for (const { id } of subscription.inviteLinks) {
          promise({
            kind: 'revoke-link',
            key: `revoke-link:${id}`,
            botId: scope.botId,
            payload: { inviteLinkId: id },
          });
        }
        if (!firstTime) return;
        promise({
          kind: 'small-notice',
          key: `end-user-joined:${subscription.id}`,
          botId: scope.botId,
          payload: {
            to: { kind: 'owner', ownerId: scope.ownerId },
            notice: { kind: 'endUserJoined', subscriptionId: subscription.id },
            quiet: true,
          },
        });
      });
    },
  };
}
