import type { Prisma } from '../../../infra/prisma-client/client.ts';
import type { KnownPerson, PersonName } from '../../../kernel/person.ts';
import { isForgotten } from '../../../kernel/tenant-scope.ts';
import { DAY_MS } from '../../../shared/durations.ts';
import { type Duration, toDuration } from '../../plans/duration.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../../plans/plan.ts';
import type { Currency } from '../payment.ts';
import type { PaymentProvider } from '../providers/attempt.ts';
import type { RefundReason } from '../providers/refunds.ts';

/** `sending`: its provider is asked to return the money, and has not answered. */
export type RefundStatus = 'open' | 'sending' | 'done' | 'credited';

/** Those that wait for somebody. */
export const WAITING = { status: { in: ['open', 'sending'] } } as const satisfies Prisma.RefundWhereInput;

/** What has waited for so long is shown to moderators too. */
export const OVERDUE_AFTER_MS = 3 * DAY_MS;

/** Money that came and gave nothing, as the owner's list shows it. */
export interface ListedRefund {
  id: number;
  currency: Currency;
  /** Tiyin, or whole Stars. */
  amount: bigint;
  /** Null: nobody who is known here. */
  person: PersonName | null;
}

/** The same on a page of its own. */
export interface Refund extends ListedRefund {
  telegramBotId: bigint;
  botUsername: string;
  person: KnownPerson;
  title: string;
  duration: Duration;
  provider: PaymentProvider;
  /** The order's number, and the provider's own for the money. */
  paymentId: number;
  providerTxnId: string;
  reason: RefundReason;
  status: RefundStatus;
  /** What the provider said when it refused, maybe nothing; null: it has not. */
  note: string | null;
  /** It refused when it was asked again: it may have returned the money the first time. */
  mayBeDone: boolean;
  createdAt: Date;
  closedAt: Date | null;
  /** They can have time instead: they are neither banned nor forgotten, and the bot is there. */
  isWelcome: boolean;
}

/** Stars that no order of ours asked for, on a page of their own. */
export interface ForeignRefund extends ListedRefund {
  telegramBotId: bigint;
  botUsername: string;
  person: null;
  /** Telegram's own number for them. */
  providerTxnId: string;
  status: RefundStatus;
  /** What Telegram said when it refused, maybe nothing; null: it has not. */
  note: string | null;
  createdAt: Date;
  closedAt: Date | null;
}

export const WITH_WHAT_IT_IS_OF = {
  bot: { select: { telegramBotId: true, username: true, removedAt: true } },
  attempt: { include: { payment: { include: { endUser: true, ...WITH_CHAT_TITLES } } } },
} as const satisfies Prisma.RefundInclude;

type RefundRow = Prisma.RefundGetPayload<{ include: typeof WITH_WHAT_IT_IS_OF }>;

/** Null for money that no order of ours asked for. */
export function toRefund({ bot, attempt, ...row }: RefundRow): Refund | null {
  const { payment } = attempt;
  if (!payment) return null;
  const { endUser } = payment;
  return {
    id: row.id,
    currency: attempt.currency as Currency,
    amount: attempt.amount,
    person: endUser,
    telegramBotId: bot.telegramBotId,
    botUsername: bot.username,
    title: soldTitle(payment),
    duration: toDuration(payment),
    // The database knows no other words of these.
    provider: attempt.provider as PaymentProvider,
    reason: row.reason as RefundReason,
    status: row.status as RefundStatus,
    paymentId: payment.id,
    providerTxnId: attempt.providerTxnId,
    note: row.note,
    mayBeDone: attempt.reversalUnclear,
    createdAt: row.createdAt,
    closedAt: row.closedAt,
    isWelcome: !endUser.banned && !isForgotten(endUser) && !bot.removedAt,
  };
}

export function toForeignRefund({ bot, attempt, ...row }: RefundRow): ForeignRefund {
  return {
    id: row.id,
    currency: attempt.currency as Currency,
    amount: attempt.amount,
    person: null,
    telegramBotId: bot.telegramBotId,
    botUsername: bot.username,
    providerTxnId: attempt.providerTxnId,
    status: row.status as RefundStatus,
    note: row.note,
    createdAt: row.createdAt,
    closedAt: row.closedAt,
  };
}
