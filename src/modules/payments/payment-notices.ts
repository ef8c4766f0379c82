import type { PersonName } from '../../kernel/person.ts';
import { defineNotices } from '../notifications/notice.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../plans/plan.ts';
import { type Payment, toPayment } from './payment.ts';
import { findSameFile, type SameFile } from './reuse/receipt-traces.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    paymentRejected: {
      to: 'endUser';
      payload: { paymentId: number };
      content: { payment: Payment; title: string };
    };
    /** Its file came with another payment to the same owner as well. */
    receiptReused: {
      to: 'owner';
      payload: { paymentId: number };
      content: { paymentId: number; telegramBotId: bigint; botUsername: string; same: SameFile };
    };
    /** Its file can be shown in the seller bot only, where its owner is not. */
    receiptOutOfReach: {
      to: 'owner';
      payload: { paymentId: number };
      content: {
        person: PersonName;
        title: string;
        paymentId: number;
        telegramBotId: bigint;
        botUsername: string;
      };
    };
  }
}

export const PAYMENT_NOTICES = defineNotices({
  paymentRejected: {
    isSure: true,
    isQuiet: false,
    async content(db, { paymentId }) {
      const payment = await db.payment.findUnique({ where: { id: paymentId }, include: WITH_CHAT_TITLES });
      // Approved after all: the better news is on its way.
      if (payment?.status !== 'rejected') return null;
      return { payment: toPayment(payment), title: soldTitle(payment) };
    },
  },
  receiptReused: {
    isSure: false,
    isQuiet: true,
    async content(db, { paymentId }) {
      const payment = await db.payment.findUnique({ where: { id: paymentId }, include: { bot: true } });
      if (!payment || payment.bot.mutedAt) return null;
      const same = await findSameFile(db, paymentId);
      const { telegramBotId, username: botUsername } = payment.bot;
      return same && { paymentId, telegramBotId, botUsername, same };
    },
  },
  receiptOutOfReach: {
    isSure: true,
    isQuiet: false,
    async content(db, { paymentId }) {
      const payment = await db.payment.findUnique({
        where: { id: paymentId },
        include: { endUser: true, bot: true, ...WITH_CHAT_TITLES },
      });
      if (payment?.status !== 'pending') return null;
      const { endUser: person, bot } = payment;
      const { telegramBotId, username: botUsername } = bot;
      return { person, title: soldTitle(payment), paymentId, telegramBotId, botUsername };
    },
  },
});
