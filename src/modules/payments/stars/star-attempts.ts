import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db, Work } from '../../../kernel/unit-of-work.ts';
import type { Attempt } from '../providers/attempt.ts';
import type { PaidBot } from '../providers/attempt-repository.ts';

/** What Telegram tells of one payment in Stars. */
export interface StarCharge {
  /** Telegram's own: by it alone a payment is known again, whatever else is said of it. */
  chargeId: string;
  /** Who paid. */
  telegramUserId: bigint;
  currency: string;
  /** Whole Stars. */
  stars: number;
  payload: string;
  /** Of what is paid again and again; null: it is paid once. */
  renewal: { until: Date; isFirst: boolean | null } | null;
}

/** A bot as Telegram pays it in Stars, of which there are none to try it with. */
export const paidInStars = (scope: TenantScope): PaidBot<'stars'> => ({
  scope,
  provider: 'stars',
  isTest: false,
});

/** Null: nobody has heard of it yet. */
export function findCharge(db: Db, { botId }: TenantScope, chargeId: string): Promise<Attempt | null> {
  return db.paymentAttempt.findFirst({ where: { botId, provider: 'stars', providerTxnId: chargeId } });
}

/** Writes down that Stars came. @param paymentId null: no order of ours asked for them */
export function noteCharge(
  { db, now }: Work,
  { botId }: TenantScope,
  { chargeId, telegramUserId, stars }: StarCharge,
  paymentId: number | null,
): Promise<Attempt> {
  return db.paymentAttempt.create({
    data: {
      paymentId,
      botId,
      provider: 'stars',
      providerTxnId: chargeId,
      payerTelegramUserId: telegramUserId,
      amount: BigInt(stars),
      currency: 'XTR',
      state: 'created',
      createTime: BigInt(now.getTime()),
    },
  });
}

/** How an attempt stands once its Stars are here. */
export const paidAt = ({ now }: Work) => ({ state: 'paid', performTime: BigInt(now.getTime()) });
