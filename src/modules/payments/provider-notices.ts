import { z } from 'zod';
import type { PersonName } from '../../kernel/person.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { defineNotices } from '../notifications/notice.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../plans/plan.ts';
import { amountOfRow, type Currency, currencyOf } from './payment.ts';
import { type PaymentProvider, providerOf } from './providers/attempt.ts';

/** A payment by a provider, as its owner reads of it. */
interface ProviderPayment {
  paymentId: number;
  botUsername: string;
  telegramBotId: bigint;
  provider: PaymentProvider;
  person: PersonName;
  title: string;
  currency: Currency;
  /** Tiyin, or whole Stars. */
  amount: bigint;
  isTest: boolean;
}

/** Money that is to be returned, or was. */
interface RefundContent extends ProviderPayment {
  refundId: number;
  reason: string;
}

/** Stars that another program has sold something for, through the same bot. */
interface ForeignStars {
  refundId: number;
  botUsername: string;
  telegramBotId: bigint;
  stars: bigint;
}

/** Why a provider does not return money. */
interface RefusedReversal extends ProviderPayment {
  /** Of the queue; null: its owner takes back an approval. */
  refundId: number | null;
  /** In its own words; empty: it gave none. */
  note: string;
  /** Nobody knows whether it has returned it when it was first asked. */
  isUnclear: boolean;
}

declare module '../notifications/notice.ts' {
  interface Notices {
    paymentReceived: { to: 'owner'; payload: { paymentId: number }; content: ProviderPayment };
    /** Its order was cancelled, or had run out, before the money came. */
    paymentLate: { to: 'endUser'; payload: { paymentId: number }; content: ProviderPayment };
    refundOpened: { to: 'owner'; payload: { refundId: number }; content: RefundContent };
    refundPromised: { to: 'endUser'; payload: { refundId: number }; content: RefundContent };
    refundDone: { to: 'endUser'; payload: { refundId: number }; content: RefundContent };
    paymentReversed: { to: 'owner'; payload: { paymentId: number }; content: ProviderPayment };
    /** Stars came for what no order of this bot asked for. */
    foreignStars: { to: 'owner'; payload: { refundId: number }; content: ForeignStars };
    /** Click, or Telegram, does not return what it was asked to. */
    reversalRefused: { to: 'owner'; payload: { attemptId: number }; content: RefusedReversal };
    fiscalReceipt: { to: 'endUser'; payload: { attemptId: number }; content: { title: string; url: string } };
  }
}

const WITH_WHAT_WAS_PAID = { endUser: true, bot: true, ...WITH_CHAT_TITLES } as const;

const readPaid = (db: Db, id: number) =>
  db.payment.findUnique({ where: { id }, include: WITH_WHAT_WAS_PAID });
type PaidRow = NonNullable<Awaited<ReturnType<typeof readPaid>>>;

async function findPayment(db: Db, paymentId: number) {
  const row = await readPaid(db, paymentId);
  return row && { row, content: toContent(row) };
}

function toContent(row: PaidRow): ProviderPayment | null {
  const { id: paymentId, endUser: person, bot, isTest } = row;
  const provider = providerOf(row.paymentMethod);
  if (provider === null) return null;
  const { username: botUsername, telegramBotId } = bot;
  const title = soldTitle(row);
  return {
    paymentId,
    botUsername,
    telegramBotId,
    provider,
    person,
    title,
    currency: currencyOf(row),
    amount: amountOfRow(row),
    isTest,
  };
}

async function findRefund(db: Db, refundId: number) {
  const refund = await db.refund.findUnique({
    where: { id: refundId },
    include: { attempt: { include: { payment: { include: WITH_WHAT_WAS_PAID } } } },
  });
  const content = refund?.attempt.payment && toContent(refund.attempt.payment);
  if (!content) return null;
  const { status, reason } = refund;
  return { status, content: { ...content, refundId, reason } };
}

/** Telegram opens nothing else from a button. */
const FISCAL = z.object({ qr_code_url: z.url({ protocol: /^https?$/, hostname: z.regexes.domain }) });

export const PROVIDER_NOTICES = defineNotices({
  paymentReceived: {
    isSure: true,
    isQuiet: true,
    async content(db, { paymentId }) {
      const paid = await findPayment(db, paymentId);
      if (!paid || (paid.row.bot.mutedAt && !paid.row.isTest)) return null;
      return paid.content;
    },
  },
  paymentLate: {
    isSure: true,
    isQuiet: false,
    async content(db, { paymentId }) {
      const paid = await findPayment(db, paymentId);
      return paid?.row.status === 'approved' ? paid.content : null;
    },
  },
  refundOpened: {
    isSure: true,
    isQuiet: false,
    async content(db, { refundId }) {
      const refund = await findRefund(db, refundId);
      return refund?.status === 'open' || refund?.status === 'sending' ? refund.content : null;
    },
  },
  foreignStars: {
    isSure: true,
    isQuiet: false,
    async content(db, { refundId }) {
      const refund = await db.refund.findUnique({
        where: { id: refundId },
        include: { attempt: true, bot: true },
      });
      if (refund?.status !== 'open') return null;
      const { username: botUsername, telegramBotId } = refund.bot;
      return { refundId, botUsername, telegramBotId, stars: refund.attempt.amount };
    },
  },
  refundPromised: {
    isSure: true,
    isQuiet: false,
    async content(db, { refundId }) {
      const refund = await findRefund(db, refundId);
      return refund?.status === 'open' || refund?.status === 'sending' ? refund.content : null;
    },
  },
  refundDone: {
    isSure: true,
    isQuiet: false,
    async content(db, { refundId }) {
      const refund = await findRefund(db, refundId);
      return refund?.status === 'done' ? refund.content : null;
    },
  },
  paymentReversed: {
    isSure: true,
    isQuiet: false,
    async content(db, { paymentId }) {
      const paid = await findPayment(db, paymentId);
      return paid?.content ?? null;
    },
  },
  reversalRefused: {
    isSure: true,
    isQuiet: false,
    async content(db, { attemptId }) {
      const attempt = await db.paymentAttempt.findUnique({
        where: { id: attemptId },
        include: { refund: { select: { id: true } }, payment: { include: WITH_WHAT_WAS_PAID } },
      });
      const content = attempt?.payment && toContent(attempt.payment);
      // It went back by another way since, or is asked for again.
      if (!content || attempt.state !== 'paid' || attempt.reversalNote === null) return null;
      const { refund, reversalNote: note, reversalUnclear: isUnclear } = attempt;
      return { ...content, refundId: refund?.id ?? null, note, isUnclear };
    },
  },
  fiscalReceipt: {
    isSure: false,
    isQuiet: true,
    async content(db, { attemptId }) {
      const attempt = await db.paymentAttempt.findUnique({
        where: { id: attemptId },
        include: { payment: { include: WITH_CHAT_TITLES } },
      });
      const fiscal = FISCAL.safeParse(attempt?.fiscalPerform);
      if (!attempt?.payment || !fiscal.success) return null;
      return { title: soldTitle(attempt.payment), url: fiscal.data.qr_code_url };
    },
  },
});
