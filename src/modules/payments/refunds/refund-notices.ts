import type { KnownPerson } from '../../../kernel/person.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import { defineNotices } from '../../notifications/notice.ts';
import {
  type ForeignRefund,
  type Refund,
  type RefundStatus,
  toForeignRefund,
  toRefund,
  WITH_WHAT_IT_IS_OF,
} from './refund.ts';

/** An order that a provider began to take the money for, by its number and the provider's own. */
interface UnheardOrder {
  paymentId: number;
  providerTxnId: string;
}

declare module '../../notifications/notice.ts' {
  interface Notices {
    /** Money waits for an hour, and then for a day, to be returned. */
    refundWaits: { to: 'owner'; payload: { refundId: number }; content: Refund | ForeignRefund };
    /** It has waited for three days. */
    refundOverdue: {
      to: 'moderator';
      payload: { refundId: number };
      content: { refund: Refund | ForeignRefund; owner: KnownPerson };
    };
    refundCredited: { to: 'endUser'; payload: { refundId: number }; content: Refund };
    /** Click began to take the money, and was not heard of again. Moments in milliseconds: begun after the one, until the other. */
    ordersUnheard: {
      to: 'owner';
      payload: { accountId: number; after: number; until: number };
      content: { telegramBotId: bigint; botUsername: string; orders: UnheardOrder[]; total: number };
    };
  }
}

/** So many stand in one message; of the others it says how many they are. */
const MOST_ORDERS_TOLD = 20;

/** What is told of a refund while it is as it was. */
async function whileIn(
  db: Db,
  { refundId }: { refundId: number },
  statuses: readonly RefundStatus[],
): Promise<Refund | ForeignRefund | null> {
  const row = await db.refund.findUnique({ where: { id: refundId }, include: WITH_WHAT_IT_IS_OF });
  const refund = row && (toRefund(row) ?? toForeignRefund(row));
  return refund && statuses.includes(refund.status) ? refund : null;
}

const whileWaiting = (db: Db, about: { refundId: number }) => whileIn(db, about, ['open', 'sending']);

export const REFUND_NOTICES = defineNotices({
  refundWaits: { isSure: false, isQuiet: false, content: whileWaiting },
  refundOverdue: {
    isSure: false,
    isQuiet: false,
    async content(db, { refundId }) {
      const refund = await whileWaiting(db, { refundId });
      if (!refund) return null;
      const owner = await db.owner.findFirst({
        where: { bots: { some: { refunds: { some: { id: refundId } } } } },
      });
      return owner && { refund, owner };
    },
  },
  refundCredited: {
    isSure: true,
    isQuiet: false,
    async content(db, about) {
      const refund = await whileIn(db, about, ['credited']);
      return refund?.person ? refund : null;
    },
  },
  ordersUnheard: {
    isSure: false,
    isQuiet: true,
    async content(db, { accountId, after, until }) {
      const where = {
        merchantAccountId: accountId,
        isTest: false,
        state: { in: ['created', 'expired'] },
        createTime: { gt: BigInt(after), lte: BigInt(until) },
      };
      const [account, total, attempts] = await Promise.all([
        db.merchantAccount.findUnique({ where: { id: accountId }, include: { bot: true } }),
        db.paymentAttempt.count({ where }),
        db.paymentAttempt.findMany({ where, orderBy: { id: 'asc' }, take: MOST_ORDERS_TOLD }),
      ]);
      if (!account || total === 0) return null;
      const { telegramBotId, username: botUsername } = account.bot;
      const orders = attempts.flatMap(({ paymentId, providerTxnId }) =>
        paymentId === null ? [] : [{ paymentId, providerTxnId }],
      );
      return { telegramBotId, botUsername, orders, total };
    },
  },
});
