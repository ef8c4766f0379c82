import type { Follower } from '../../../kernel/events.ts';
import { MAY_BE_CHARGED, stopRenewals } from './star-renewal-queries.ts';

/** Whoever was put out, or is forgotten, pays no more; where only the time was up a late charge may come yet. */
export const stopTheirRenewal: Follower<'accessEnded'> = async (work, ended) => {
  if (ended.why === 'timeUp') return;
  const subscription = await work.db.subscription.findUnique({ where: { id: ended.subscriptionId } });
  if (!subscription) return;
  const { endUserId, channelId } = subscription;
  await stopRenewals(work, { endUserId, channelId, ...MAY_BE_CHARGED }, ended.telegramUserId);
};

/** Whoever has a chat for life pays no more for its months. */
export const stopForLifetime: Follower<'timeGiven'> = async (work, { subscriptionId }) => {
  const subscription = await work.db.subscription.findUnique({ where: { id: subscriptionId } });
  if (!subscription || subscription.expiresAt !== null) return;
  const { endUserId, channelId } = subscription;
  await stopRenewals(work, { endUserId, channelId, ...MAY_BE_CHARGED });
};
