import type { Work } from '../../kernel/unit-of-work.ts';
import { lockEndUser } from '../subscriptions/subscription-queries.ts';
import { findFirstPurchase } from './rewards.ts';

/** Whoever changes somebody's place among those who were brought locks their inviter before them, as a settlement does. */
export async function lockInviterOf({ db }: Work, friendId: number): Promise<void> {
  const referral = await db.referral.findUnique({ where: { friendId } });
  if (referral?.inviterId) await lockEndUser(db, referral.inviterId, referral.botId);
}

/**
 * A friend is forgotten: who was brought by whom stays in the books, without them. What they have bought earns also if
 * nobody has looked at it yet. The caller holds the lock on their inviter, and on them.
 */
export async function forgetFriend({ db }: Work, friendId: number): Promise<void> {
  const referral = await db.referral.findUnique({ where: { friendId } });
  if (!referral) return;
  const purchase = referral.status === 'came' ? await findFirstPurchase({ db }, referral) : null;
  const bought = purchase ? { paymentId: purchase.id } : {};
  await db.referral.update({ where: { id: referral.id }, data: { friendId: null, ...bought } });
}
