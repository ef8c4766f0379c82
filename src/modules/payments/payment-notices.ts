import type { PersonName } from '../../kernel/person.ts';
import { type ChatName, chatState } from '../channels/channel.ts';
import { defineNotices } from '../notifications/notice.ts';
import { type Payment, toPayment } from './payment.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    paymentRejected: {
      to: 'endUser';
      payload: { paymentId: number };
      content: { payment: Payment; chat: ChatName };
    };
    /** Its file can be shown in the seller bot only, where its owner is not. */
    receiptOutOfReach: {
      to: 'owner';
      payload: { paymentId: number };
      content: { person: PersonName; title: string; botUsername: string };
    };
  }
}

export const PAYMENT_NOTICES = defineNotices({
  paymentRejected: {
    isSure: true,
    isQuiet: false,
    async content(db, { paymentId }) {
      const payment = await db.payment.findUnique({ where: { id: paymentId }, include: { channel: true } });
      // Approved after all: the better news is on its way.
      if (payment?.status !== 'rejected') return null;
      return { payment: toPayment(payment), chat: chatState(payment.channel) };
    },
  },
  receiptOutOfReach: {
    isSure: true,
    isQuiet: false,
    async content(db, { paymentId }) {
      const payment = await db.payment.findUnique({
        where: { id: paymentId },
        include: { endUser: true, channel: true, bot: true },
      });
      if (payment?.status !== 'pending') return null;
      const { endUser: person, channel, bot } = payment;
      return { person, title: channel.title, botUsername: bot.username };
    },
  },
});
