import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { WAITING_DAYS } from './referral.ts';

/** Nothing is earned any more by whoever is kept out, or has gone. The caller holds the lock on them. */
export async function voidRewards(
  { db, now }: Pick<Work, 'db' | 'now'>,
  whose: { inviterId: number } | { botId: { in: number[] } },
): Promise<void> {
  await db.referral.updateMany({
    where: { ...whose, status: { in: ['came', 'waiting', 'held'] } },
    data: { status: 'void', settledAt: now },
  });
}

/** Days have waited too long for a subscription that they could go to. */
export async function voidOverdueRewards(db: Db, now: Date): Promise<void> {
  const since = new Date(now.getTime() - WAITING_DAYS * DAY_MS);
  await db.referral.updateMany({
    where: { status: 'waiting', settledAt: { lt: since } },
    data: { status: 'void', settledAt: now },
  });
}
