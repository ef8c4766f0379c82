import type {
  Payment as PaymentRow,
  Prisma,
  Referral as ReferralRow,
} from '../../infra/prisma-client/client.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { addDays, dateOf } from '../../shared/calendar.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { CONNECTED } from '../channels/channel.ts';
import { endUserOf, ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { findSameFile } from '../payments/reuse/receipt-traces.ts';
import { toDuration } from '../plans/duration.ts';
import { firstChatFirst } from '../plans/plan.ts';
import { givePersonalCode } from '../promo-codes/personal-codes.ts';
import { settle, takeBack } from '../subscriptions/settlement.ts';
import { endsAt, hasBegun } from '../subscriptions/subscription.ts';
import { lockEndUser } from '../subscriptions/subscription-queries.ts';
import {
  CAP_DAYS,
  KEPT_MS,
  MAX_REWARDS,
  REWARD_CODE_DAYS,
  type ReferralStatus,
  rewardDays,
  TERMS_DAYS,
  WAITING_DAYS,
} from './referral.ts';
import { REFERRAL_NOTICES } from './referral-notices.ts';

/** A purchase that counts, and the chats that it opens. */
const WITH_CHATS = { chats: { select: { channelId: true } } } as const;
type Purchase = Prisma.PaymentGetPayload<{ include: typeof WITH_CHATS }>;

/** A referral whose inviter is known. */
type Earner = ReferralRow & { inviterId: number };

/** What a purchase has led to. Of a `denied` one its owner has said the last word, and a `void` one is over. */
const DECIDED: readonly string[] = ['given', 'waiting', 'held', 'capped'] satisfies ReferralStatus[];

/**
 * Makes an inviter's reward what the books say: given for the first purchase of their friend that stands, and taken back with
 * it. Done twice, late or out of order it comes to the same. Locks the inviter, and never the friend, whose own purchase may
 * be decided beside it: whatever changes then asks for this once more.
 */
export async function settleReferral(work: Work, referralId: number, timeZone: string): Promise<void> {
  const held = await lockReferral(work, referralId);
  if (!held) return;
  const { isInviterGone } = held;
  let { referral } = held;
  if (DECIDED.includes(referral.status)) {
    const purchase = await findPurchase(work, referral);
    if (purchase && purchase.status === 'approved') {
      if (referral.status === 'waiting')
        await giveLater(work, referral, purchase, { isInviterGone, timeZone });
      return;
    }
    referral = await takeRewardBack(work, referral, timeZone);
  }
  if (referral.status !== 'came') return;
  const purchase = await findFirstPurchase(work, referral);
  if (!purchase) return;
  if (isInviterGone) await change(work, referral, { status: 'void' });
  else await earn(work, referral, purchase, timeZone);
  // Last, because a row that changes twice waits for the friend, who may be choosing with that code.
  await endWelcome(work, referral);
}

/**
 * A reward that was held is given after all, by its owner's word.
 * @returns whether it was held still, and its purchase stands
 */
export async function giveHeld(work: Work, referralId: number, timeZone: string): Promise<boolean> {
  const held = await lockReferral(work, referralId);
  if (held?.referral.status !== 'held') return false;
  const purchase = await findPurchase(work, held.referral);
  if (purchase?.status !== 'approved') return false;
  if (held.isInviterGone) await change(work, held.referral, { status: 'void' });
  else await give(work, held.referral, purchase, timeZone);
  return true;
}

/** @returns whether it was held still */
export async function denyHeld(work: Work, referralId: number): Promise<boolean> {
  const held = await lockReferral(work, referralId);
  if (held?.referral.status !== 'held') return false;
  await change(work, held.referral, { status: 'denied' });
  return true;
}

/** The inviter first, as whoever changes what somebody has does; null where there is none any more. */
async function lockReferral(
  { db }: Work,
  referralId: number,
): Promise<{ referral: Earner; isInviterGone: boolean } | null> {
  const known = await db.referral.findUnique({
    where: { id: referralId },
    select: { inviterId: true, botId: true },
  });
  if (!known || known.inviterId === null) return null;
  const inviter = await lockEndUser(db, known.inviterId, known.botId);
  if (!inviter) return null;
  await db.$queryRaw`SELECT id FROM referrals WHERE id = ${referralId} FOR UPDATE`;
  const referral = await db.referral.findUniqueOrThrow({ where: { id: referralId } });
  return {
    referral: { ...referral, inviterId: known.inviterId },
    isInviterGone: inviter.banned || isForgotten(inviter),
  };
}

/** The purchase that a reward is for. */
function findPurchase({ db }: Work, { paymentId }: Earner): Promise<Purchase | null> {
  return db.payment.findUnique({ where: { id: paymentId ?? 0 }, include: WITH_CHATS });
}

/** The friend's first purchase that stands: for money, neither a trial nor a test, while the terms held. */
export async function findFirstPurchase(
  { db }: Pick<Work, 'db'>,
  { friendId, paymentId, arrivedAt }: ReferralRow,
): Promise<Purchase | null> {
  return db.payment.findFirst({
    where: {
      ...(friendId === null ? { id: paymentId ?? 0 } : { endUserId: friendId }),
      status: 'approved',
      isTest: false,
      amount: { gt: 0 },
      plan: { isTrial: false },
      approvedAt: { lte: new Date(arrivedAt.getTime() + TERMS_DAYS * DAY_MS) },
    },
    include: WITH_CHATS,
    orderBy: [{ approvedAt: 'asc' }, { id: 'asc' }],
  });
}

/** What the friend was welcomed with was for their first purchase. */
async function endWelcome({ db, now }: Work, { friendCodeId }: Earner): Promise<void> {
  if (friendCodeId === null) return;
  await db.promoCode.updateMany({
    where: { id: friendCodeId, removedAt: null, uses: { none: { status: { in: ['reserved', 'used'] } } } },
    data: { removedAt: now },
  });
}

async function earn(work: Work, referral: Earner, purchase: Purchase, timeZone: string): Promise<void> {
  const { db, now } = work;
  const { botId } = referral;
  const { ownerId } = await db.sellerBot.findUniqueOrThrow({
    where: { id: botId },
    select: { ownerId: true },
  });
  const tellOwner = (notice: 'friendBought' | 'rewardHeld' | 'rewardCapped') =>
    tell(work, REFERRAL_NOTICES[notice], ownerOf({ ownerId }), { referralId: referral.id }, { botId });
  const file = await findSameFile(db, purchase.id);
  if (file?.isEarlier) {
    await change(work, referral, { status: 'held', paymentId: purchase.id });
    return tellOwner('rewardHeld');
  }
  const lately = new Date(now.getTime() - CAP_DAYS * DAY_MS);
  const rewards = await db.referral.count({
    where: {
      inviterId: referral.inviterId,
      status: { in: ['given', 'waiting'] },
      settledAt: { gt: lately },
    },
  });
  if (rewards >= MAX_REWARDS) {
    await change(work, referral, { status: 'capped', paymentId: purchase.id });
    return tellOwner('rewardCapped');
  }
  await give(work, referral, purchase, timeZone);
  tellOwner('friendBought');
}

async function give(work: Work, referral: Earner, purchase: Purchase, timeZone: string): Promise<void> {
  let days = 0;
  if (referral.kind === 'percent') {
    const { promoCodeId, isUsed } = await giveDiscount(work, referral, timeZone);
    await change(work, referral, { status: 'given', paymentId: purchase.id, promoCodeId });
    if (isUsed) return;
  } else {
    days = daysFor(referral, purchase, timeZone);
    const isGiven = await giveDays(work, referral, purchase, { days, timeZone });
    await change(work, referral, { status: isGiven ? 'given' : 'waiting', paymentId: purchase.id });
  }
  tellOfReward(work, referral, days);
}

/** Days that waited, where they have somewhere to go by now. */
async function giveLater(
  work: Work,
  referral: Earner,
  purchase: Purchase,
  { isInviterGone, timeZone }: { isInviterGone: boolean; timeZone: string },
): Promise<void> {
  const { id, settledAt } = referral;
  const isOver = settledAt !== null && work.now.getTime() - settledAt.getTime() > WAITING_DAYS * DAY_MS;
  if (isInviterGone || isOver) return void (await change(work, referral, { status: 'void' }));
  const days = daysFor(referral, purchase, timeZone);
  if (!(await giveDays(work, referral, purchase, { days, timeZone }))) return;
  // It counts as the reward of when it was earned.
  await work.db.referral.update({ where: { id }, data: { status: 'given' } });
  tellOfReward(work, referral, days);
}

/** @param days of which the reward is; 0 where it is a discount */
function tellOfReward(
  work: Work,
  { id: referralId, inviterId: endUserId, botId }: Earner,
  days: number,
): void {
  const payload = { referralId, days };
  tell(work, REFERRAL_NOTICES.referralRewarded, endUserOf({ endUserId }), payload, { botId });
}

function daysFor(referral: Earner, purchase: PaymentRow, timeZone: string): number {
  const bought = { duration: toDuration(purchase), at: purchase.approvedAt ?? purchase.createdAt };
  return rewardDays(referral, bought, timeZone);
}

/**
 * On top of what the inviter has in the chats that the friend bought; on top of a lifetime it adds nothing.
 * @returns false where they have none of them now
 */
async function giveDays(
  work: Work,
  { id: referralId, inviterId, botId }: Earner,
  purchase: Purchase,
  { days, timeZone }: { days: number; timeZone: string },
): Promise<boolean> {
  const active = await work.db.subscription.findMany({
    where: {
      endUserId: inviterId,
      status: 'active',
      channelId: { in: firstChatFirst(purchase) },
      channel: CONNECTED,
    },
    orderBy: { channelId: 'asc' },
  });
  // One whose time is up, though no scan has ended it yet, is none.
  const living = active.filter((one) => {
    const end = endsAt(one);
    return end === null || end > work.now || !hasBegun(one);
  });
  const given = { botId, endUserId: inviterId, duration: { kind: 'days', days } } as const;
  // Each by itself: they were not sold as one, so that trouble in one keeps nothing back in another.
  for (const { channelId } of living) {
    await settle(
      work,
      { ...given, channelIds: [channelId], source: 'referral', sourceId: referralId },
      timeZone,
    );
  }
  return living.length > 0;
}

/**
 * One discount a referral: earned anew after its purchase was taken back, it is the same code again.
 * @returns whether its one use is gone: what had been chosen with it then keeps it, and may have been paid for since
 */
async function giveDiscount(
  work: Work,
  { inviterId, botId, value: percent, promoCodeId }: Earner,
  timeZone: string,
): Promise<{ promoCodeId: number; isUsed: boolean }> {
  const until = dateOf(addDays(work.now, REWARD_CODE_DAYS, timeZone), timeZone);
  if (promoCodeId !== null) {
    await work.db.promoCode.update({ where: { id: promoCodeId }, data: { removedAt: null, endsOn: until } });
    return { promoCodeId, isUsed: await isDiscountUsed(work, promoCodeId) };
  }
  const about = { botId, endUserId: inviterId, percent, until, origin: 'referral' } as const;
  return { promoCodeId: (await givePersonalCode(work, about)).id, isUsed: false };
}

async function isDiscountUsed({ db }: Work, promoCodeId: number): Promise<boolean> {
  return (await db.promoUse.count({ where: { promoCodeId, status: 'used' } })) > 0;
}

/** What a purchase that was taken back had earned. A discount that was used stays, and nothing is earned by it anew. */
async function takeRewardBack(work: Work, referral: Earner, timeZone: string): Promise<Earner> {
  const { db, now } = work;
  const { id: referralId, inviterId, botId, status, promoCodeId } = referral;
  if (status === 'given' && promoCodeId !== null) {
    if (await isDiscountUsed(work, promoCodeId)) return change(work, referral, { status: 'void' });
    await db.promoCode.update({ where: { id: promoCodeId }, data: { removedAt: now } });
  }
  if (status === 'given' && promoCodeId === null) {
    const keeps = new Date(now.getTime() + KEPT_MS);
    await takeBack(work, [{ source: 'referral', sourceId: referralId }], timeZone, { keeps });
  }
  if (status === 'given' || status === 'waiting') {
    const payload = { referralId };
    tell(work, REFERRAL_NOTICES.rewardTakenBack, endUserOf({ endUserId: inviterId }), payload, { botId });
  }
  return change(work, referral, { status: 'came', paymentId: null });
}

async function change(
  { db, now }: Work,
  { id, inviterId }: Earner,
  data: { status: ReferralStatus; paymentId?: number | null; promoCodeId?: number },
): Promise<Earner> {
  const settledAt = data.status === 'came' ? null : now;
  const row = await db.referral.update({ where: { id }, data: { ...data, settledAt } });
  return { ...row, inviterId };
}
