import type { Follower } from '../../kernel/events.ts';
import type { OutboxKind } from '../../kernel/outbox/outbox-message.ts';
import { reopenMessages } from '../../kernel/outbox/outbox-queries.ts';
import { reopenDeliveries } from './delivery-queries.ts';
import { enqueueFreeLinkRevocations } from './free-links/free-links.ts';
import { enqueueLinkRevocations } from './link-revocations.ts';

const REASONS = { payment: 'approved', grant: 'granted', trial: 'trial' } as const;

/** What comes on top is told with what it comes by: a code's days with their payment, a reward by itself. Whoever has been given time gets a way in, or the new end where they are inside. */
export const deliverAccess: Follower<'timeGiven'> = ({ enqueue }, { botId, subscriptionId, source }) => {
  if (source === 'promo' || source === 'referral') return;
  const reason = REASONS[source];
  enqueue({ kind: 'deliver-access', botId, payload: { subscriptionId, reason } });
};

/** The links of a subscription that has ended work no more, and its holder is put out. */
export const takeAccess: Follower<'accessEnded'> = async (work, ended) => {
  const { botId, subscriptionId, isOut, telegramUserId, why } = ended;
  await enqueueLinkRevocations(work, subscriptionId, botId);
  if (isOut) return;
  const because = why === null ? {} : { why };
  const whom = telegramUserId === null ? {} : { telegramUserId: String(telegramUserId) };
  work.enqueue({ kind: 'remove-member', botId, payload: { subscriptionId, ...whom, ...because } });
};

/**
 * Their time may be up since long, and the links that they were given for nothing work no more. Whoever came in by one of
 * those is out, too; somebody who never was let in by us is nobody's to remove.
 */
export const leaveAsDue: Follower<'takenOffFreeList'> = async (work, taken) => {
  const { botId, channelId, telegramUserId } = taken;
  await enqueueFreeLinkRevocations(work, taken);
  const inChats = { channel: { botId, ...(channelId === null ? {} : { id: channelId }) } };
  const theirs = { endUser: { telegramUserId, botId }, ...inChats };
  const ended = await work.db.subscription.findMany({
    where: { ...theirs, status: { not: 'active' }, kickedAt: null },
    distinct: ['channelId'],
    orderBy: { id: 'desc' },
    select: { id: true, channelId: true },
  });
  for (const { id } of ended) work.enqueue({ kind: 'remove-member', botId, payload: { subscriptionId: id } });
  const active = await work.db.subscription.findMany({
    where: { ...theirs, status: 'active' },
    select: { channelId: true },
  });
  const settled = [...ended, ...active].map((one) => one.channelId);
  // A link is made only for somebody who is outside.
  const letIn = await work.db.freeLink.findMany({
    where: { telegramUserId, ...inChats, channelId: { notIn: settled } },
    distinct: ['channelId'],
    select: { channelId: true },
  });
  for (const one of letIn) {
    const payload = { channelId: one.channelId, telegramUserId: String(telegramUserId) };
    work.enqueue({ kind: 'remove-stranger', botId, payload });
  }
};

/** Ways in that could not reach somebody who had blocked the bot. */
export const reopenTheirDeliveries: Follower<'personReturned'> = async (
  { db, wake },
  { scope, telegramUserId },
) => {
  wake(await reopenDeliveries(db, scope, telegramUserId));
};

/** Messages that need the bot's rights in a chat. */
const CHAT_WORK: readonly OutboxKind[] = [
  'deliver-access',
  'revoke-link',
  'remove-member',
  'remove-stranger',
  'ask-about-removal',
  'settle-ban',
  'deliver-free-link',
  'revoke-free-link',
];

/** What waited for a bot's rights in a chat goes on. */
export const resumeChatWork: Follower<'chatBecameUsable'> = async ({ db, wake }, { botId }) => {
  wake(await reopenMessages(db, [botId], CHAT_WORK));
};
