import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { ACCESS_NOTICES } from './access-notices.ts';
import { enqueueLinkRevocation, enqueueLinkRevocations } from './link-revocations.ts';
import type { Arrival } from './movements.ts';

/** The link of ours that somebody came through. */
export async function findInvite({ db }: Work, scope: TenantScope, link: string) {
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

/**
 * The link let somebody else in: it goes, its buyer gets a new one unless they have it already, and the owner is told.
 * Heard again, it changes and tells nothing more.
 * @param stays whoever came in has a subscription of their own, or is on the free list
 */
export async function replaceLeakedLink(
  work: Work,
  scope: TenantScope,
  { id, link, subscriptionId }: { id: number; link: string; subscriptionId: number },
  { telegramUserId }: Arrival,
  stays: boolean,
): Promise<void> {
  const replaced = await work.db.subscription.updateMany({
    where: { id: subscriptionId, status: 'active', inviteLink: link, channel: { botId: scope.botId } },
    data: { linkUsed: true },
  });
  if (replaced.count > 0) {
    await enqueueLinkRevocations(work, subscriptionId, scope.botId);
    work.enqueue({
      kind: 'deliver-access',
      key: `leaked:${id}`,
      botId: scope.botId,
      payload: { subscriptionId, reason: 'leaked' },
    });
  } else {
    enqueueLinkRevocation(work, id, scope.botId);
  }
  const { botId } = scope;
  const about = {
    subscriptionId,
    telegramUserId: String(telegramUserId),
    stays,
    isReplaced: replaced.count > 0,
  };
  const options = { key: `link-leaked:${id}:${telegramUserId}`, botId };
  tell(work, ACCESS_NOTICES.linkLeaked, ownerOf(scope), about, options);
}

/** Groups may let members add others. Whom a buyer adds has no subscription; whether an administrator did it, Telegram says. */
export async function judgeAddition(work: Work, scope: TenantScope, arrival: Arrival): Promise<void> {
  const { telegramChatId, telegramUserId, by, at } = arrival;
  if (by.isBot || by.telegramUserId === telegramUserId || by.telegramUserId === scope.ownerTelegramUserId)
    return;
  const adder = await work.db.subscription.findFirst({
    where: {
      endUser: { telegramUserId: by.telegramUserId, botId: scope.botId },
      channel: { telegramChatId, botId: scope.botId },
    },
    orderBy: { id: 'desc' },
    select: { id: true, channelId: true },
  });
  if (!adder) return;
  work.enqueue({
    kind: 'remove-stranger',
    key: `added:${adder.id}:${telegramUserId}:${at.getTime()}`,
    botId: scope.botId,
    payload: {
      channelId: adder.channelId,
      telegramUserId: String(telegramUserId),
      addedBySubscriptionId: adder.id,
    },
  });
}
