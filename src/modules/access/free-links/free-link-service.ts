import type { EndUserActor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../../kernel/unit-of-work.ts';
import { digestOf } from '../../../shared/digest.ts';
import { CONNECTED } from '../../channels/channel.ts';
import { isFree } from '../../free-list/free-member.ts';
import { lockEndUser, requireWelcome } from '../../subscriptions/subscription-queries.ts';
import { ONE_WISH_MS } from '../invite-link-service.ts';

/** Ways in for people on the free list, who need no subscription. */
export function createFreeLinkService({ transact }: { transact: UnitOfWork }) {
  /**
   * A way into a chat, for somebody on its free list: the same link while it works, else a new one.
   * @throws AppError `notFound` also for whoever is on the list no more, `endUserBanned`
   */
  async function request(
    scope: TenantScope,
    { endUserId, telegramUserId }: EndUserActor,
    channelId: number,
  ): Promise<void> {
    await transact(async ({ db, now, enqueue }) => {
      const { botId } = scope;
      const endUser = await lockEndUser(db, endUserId, botId);
      if (!endUser) throw new AppError('notFound');
      requireWelcome(endUser);
      const channel = await db.channel.findFirst({ where: { ...CONNECTED, id: channelId, botId } });
      if (!channel || !(await isFree(db, channel.telegramChatId, telegramUserId))) {
        throw new AppError('notFound');
      }
      const living = { channelId, telegramUserId, revokedAt: null, expiresAt: { gt: now } };
      const { id } = (await db.freeLink.findFirst({ where: living, orderBy: { id: 'desc' } })) ?? { id: 0 };
      // What became of the link since makes it another wish.
      const wish = [channelId, endUserId, id, Math.floor(now.getTime() / ONE_WISH_MS)];
      enqueue({
        kind: 'deliver-free-link',
        key: `free-link:${digestOf(wish.join(' '))}`,
        botId,
        payload: { channelId, endUserId },
      });
    });
  }

  return { request };
}
