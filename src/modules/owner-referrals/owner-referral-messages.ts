import { z } from 'zod';
import type { OwnerReferral, Prisma, TariffPayment } from '../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../kernel/actor.ts';
import type { OutboxDefinitions, OutboxOutcome } from '../../kernel/outbox/outbox-message.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { CONNECTED } from '../channels/channel.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { type LockedOwner, lockOwners } from '../owners/owner-queries.ts';
import { addTariffDays } from '../tariffs/tariff-queries.ts';
import {
  inviterDaysFor,
  OPEN_STATUSES,
  type OwnerReferralStatus,
  type OwnerRewards,
  readOwnerRewards,
  WAITS_DAYS,
} from './owner-referral.ts';
import { OWNER_REFERRAL_NOTICES, type ReferralSide } from './owner-referral-notices.ts';

const settleOwnerReferral = z.object({ referralId: z.int() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** What follows for two owners from what one of them did, if anything does by now. */
    'settle-owner-referral': z.infer<typeof settleOwnerReferral>;
  }
}

export function createOwnerReferralMessages({
  transact,
  timeZone,
}: {
  transact: UnitOfWork;
  timeZone: string;
}): OutboxDefinitions<'settle-owner-referral'> {
  return {
    'settle-owner-referral': {
      payload: settleOwnerReferral,
      handle: ({ referralId }) => transact((work) => settle(work, referralId, timeZone)),
      onUnknown: 'retry',
    },
  };
}

/** Makes true what the database says is due to both by now. Repeated, late or before its time it ends the same. */
async function settle(work: Work, id: number, timeZone: string): Promise<OutboxOutcome> {
  const { db, now, enqueue, audit } = work;
  const between = await db.ownerReferral.findUnique({
    where: { id },
    select: { inviterId: true, friendId: true },
  });
  if (!between) return 'not-due';
  // Whatever changes the row holds the lock on one of the two.
  const owners = await lockOwners(db, [between.inviterId, between.friendId]);
  const referral = await db.ownerReferral.findUniqueOrThrow({ where: { id } });
  if (!(OPEN_STATUSES as readonly string[]).includes(referral.status)) return 'not-due';
  const bought = await findBought(db, referral);
  if (!bought) return 'not-due';
  const { tariff, approvedAt } = bought;
  const terms = await termsOf(db, referral, bought, timeZone);
  const until = new Date(approvedAt.getTime() + WAITS_DAYS * DAY_MS);
  const status = await statusOf(work, { friendId: referral.friendId, owners, terms, until });
  await db.ownerReferral.update({
    where: { id },
    data: { ...terms, tariffPaymentId: tariff.id, status, settledAt: status === 'waiting' ? null : now },
  });
  if (status === 'waiting') {
    const key = `settle-owner-referral:${id}:over`;
    enqueue({ kind: 'settle-owner-referral', key, payload: { referralId: id }, dueAt: until });
    return 'delivered';
  }
  if (status === 'given') await give(work, referral, terms, timeZone);
  audit(SYSTEM, `owner-referral.${status}`, { 'owner-referral': id });
  return 'delivered';
}

interface Bought {
  tariff: TariffPayment;
  approvedAt: Date;
}

/** The first tariff that the friend has paid for: what is given by hand, or connects a provider, is none. */
async function findBought(
  db: Prisma.TransactionClient,
  { friendId }: Pick<OwnerReferral, 'friendId'>,
): Promise<Bought | null> {
  const tariff = await db.tariffPayment.findFirst({
    where: { ownerId: friendId, purpose: 'tariff', status: 'approved', amount: { gt: 0 } },
    orderBy: [{ approvedAt: 'asc' }, { id: 'asc' }],
  });
  return tariff?.approvedAt ? { tariff, approvedAt: tariff.approvedAt } : null;
}

/** As they were when the tariff was found to be approved: what moderators set later changes nothing. */
async function termsOf(
  db: Prisma.TransactionClient,
  { inviterDays, friendDays }: OwnerReferral,
  { tariff, approvedAt }: Bought,
  timeZone: string,
): Promise<OwnerRewards> {
  if (inviterDays !== null && friendDays !== null) return { inviterDays, friendDays };
  const offered = await readOwnerRewards(db);
  const sold = { from: tariff.extendedFrom ?? approvedAt, months: tariff.durationMonths };
  return {
    inviterDays: inviterDaysFor(offered, sold, timeZone),
    friendDays: offered.inviterDays === 0 ? 0 : offered.friendDays,
  };
}

async function statusOf(
  { db, now }: Work,
  of: { friendId: number; owners: readonly LockedOwner[]; terms: OwnerRewards; until: Date },
): Promise<Exclude<OwnerReferralStatus, 'came'>> {
  if (of.terms.inviterDays === 0) return 'void';
  if (of.owners.some((owner) => owner.banned || isForgotten(owner))) return 'void';
  const chats = await db.channel.count({
    where: {
      ...CONNECTED,
      connectedAt: { not: null, lte: of.until },
      bot: { ownerId: of.friendId, removedAt: null },
    },
  });
  if (chats > 0) return 'given';
  return now < of.until ? 'waiting' : 'void';
}

async function give(
  work: Work,
  { id, inviterId, friendId }: OwnerReferral,
  { inviterDays, friendDays }: OwnerRewards,
  timeZone: string,
): Promise<void> {
  const rewards: { ownerId: number; days: number; side: ReferralSide }[] = [
    { ownerId: inviterId, days: inviterDays, side: 'inviter' },
    { ownerId: friendId, days: friendDays, side: 'friend' },
  ];
  for (const { ownerId, days, side } of rewards.filter((reward) => reward.days > 0)) {
    await addTariffDays(work.db, { ownerId, days }, work.now, timeZone);
    tell(work, OWNER_REFERRAL_NOTICES.tariffDaysGiven, ownerOf({ ownerId }), { referralId: id, side });
  }
}
