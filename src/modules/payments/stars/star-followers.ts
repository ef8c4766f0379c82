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

/** While a bot did not run, nobody heard of what it was paid. */
export const lookAtStarsAgain: Follower<'botLaunched'> = async ({ db, enqueue }, { botId }) => {
  const takesStars = { OR: [{ starsEnabled: true }, { payments: { some: { currency: 'XTR' } } }] };
  const bot = await db.sellerBot.findFirst({ where: { id: botId, ...takesStars }, select: { id: true } });
  if (bot) enqueue({ kind: 'look-at-stars', botId, payload: { botId } });
};

/** What a bot sold that is removed, nobody gets any more. */
export const stopWithBot: Follower<'botRemoved'> = (work, { botId }) =>
  stopRenewals(work, { botId, ...MAY_BE_CHARGED });

/** The same of a chat that a bot gave up. */
export const stopWithChat: Follower<'chatDisconnected'> = (work, { channelId }) =>
  stopRenewals(work, { channelId, ...MAY_BE_CHARGED });

/** Whoever has a chat for life pays no more for its months. */
export const stopForLifetime: Follower<'timeGiven'> = async (work, { subscriptionId }) => {
  const subscription = await work.db.subscription.findUnique({ where: { id: subscriptionId } });
  if (!subscription || subscription.expiresAt !== null) return;
  const { endUserId, channelId } = subscription;
  await stopRenewals(work, { endUserId, channelId, ...MAY_BE_CHARGED });
};
