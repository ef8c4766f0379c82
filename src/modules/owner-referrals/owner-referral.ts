import { SYSTEM } from '../../kernel/actor.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { addMonths, daysBetween } from '../../shared/calendar.ts';
import { readSettings } from '../platform/platform-settings.ts';
import { daysOf } from '../platform/setting-names.ts';

/** Nothing is decided yet: the friend has not paid, or has no chat to sell. */
export const OPEN_STATUSES = ['came', 'waiting'] as const;
export type OwnerReferralStatus = (typeof OPEN_STATUSES)[number] | 'given' | 'void';

/** For so long from the approval a reward waits for the friend to connect a chat: whoever pays and sells nothing earns nobody anything. */
export const WAITS_DAYS = 90;

/** Days of the Getolog tariff that each of the two gets. */
export interface OwnerRewards {
  /** At most; 0: nobody gets any. */
  inviterDays: number;
  friendDays: number;
}

export async function readOwnerRewards(db: Db): Promise<OwnerRewards> {
  const settings = await readSettings(db, ['refdays', 'refnewdays']);
  return { inviterDays: daysOf(settings.get('refdays')), friendDays: daysOf(settings.get('refnewdays')) };
}

/** Whoever brought them earns nothing any more, nor do they by those whom they brought. The caller holds the lock on them. */
export async function voidReferralsOf({ db, now, audit }: Work, ownerId: number): Promise<void> {
  const ended = await db.ownerReferral.updateManyAndReturn({
    where: {
      OR: [{ inviterId: ownerId }, { friendId: ownerId }],
      status: { in: [...OPEN_STATUSES] },
    },
    data: { status: 'void', settledAt: now },
  });
  for (const { id } of ended) audit(SYSTEM, 'owner-referral.void', { 'owner-referral': id });
}

/** Never more than half of what the friend bought, so that nobody buys a tariff for somebody else's sake. */
export function inviterDaysFor(
  { inviterDays }: OwnerRewards,
  { from, months }: { from: Date; months: number },
  timeZone: string,
): number {
  const bought = daysBetween(from, addMonths(from, months, timeZone), timeZone);
  return Math.min(inviterDays, Math.floor(bought / 2));
}
