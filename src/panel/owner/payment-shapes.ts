import { mayDo, type TeamRole } from '../../kernel/rights.ts';
import type { PayerRecord } from '../../modules/payments/desk/payer-record.ts';
import type { DecisionRecord, PaymentRecord } from '../../modules/payments/desk/payment-records.ts';
import type { DeskReceipt } from '../../modules/payments/desk/receipt-desk-service.ts';
import type { ReceiptFlag } from '../../modules/payments/desk/receipt-flags.ts';
import type { Decision, Payment } from '../contract/payments.ts';
import { paymentMethod } from '../contract/payments.ts';
import type { ListedReceipt, Receipt } from '../contract/receipts.ts';
import { toInviter, toMoney, toPerson, toPlanName } from '../shapes.ts';

export function toDecision({ status, at, by, reason }: DecisionRecord): Decision {
  return { state: status, at: at.toISOString(), by, reason };
}

/** What a receipt and a payment have in common. */
function toPurchase(record: PaymentRecord) {
  return {
    id: record.id,
    state: record.status,
    method: paymentMethod.parse(record.method),
    amount: toMoney(record.amount, record.currency),
    listPrice: record.listPrice === null ? null : toMoney(record.listPrice),
    plan: toPlanName(record.plan, record.duration),
    chats: record.chats,
    payer: toPerson(record.payer),
    decision: record.decision && toDecision(record.decision),
  };
}

export function toPayment(record: PaymentRecord): Payment {
  const { source, promo, createdAt, receiptAt, approvedAt } = record;
  return {
    ...toPurchase(record),
    source,
    promo: promo && { id: promo.id, code: promo.code },
    createdAt: createdAt.toISOString(),
    receiptAt: receiptAt?.toISOString() ?? null,
    approvedAt: approvedAt?.toISOString() ?? null,
  };
}

/** @param role as what whoever asks may act on it */
export function toListedReceipt(receipt: DeskReceipt, role: TeamRole): ListedReceipt {
  const { kind, isKept } = receipt.receipt;
  return {
    ...toPurchase(receipt),
    receiptAt: receipt.receiptAt.toISOString(),
    file: { kind, shown: isKept },
    flags: receipt.flags.map(toFlag),
    can: receipt.can.filter((action) => action !== 'revert' || mayDo(role, 'shop')),
  };
}

function toFlag(flag: ReceiptFlag): ListedReceipt['flags'][number] {
  return flag.kind === 'active' ? { ...flag, until: flag.until?.toISOString() ?? null } : flag;
}

export function toReceipt(receipt: DeskReceipt & { history: PayerRecord }, role: TeamRole): Receipt {
  const { history } = receipt;
  const { approved, rejected, spent, active, after, recent, invitedBy } = history;
  return {
    ...toListedReceipt(receipt, role),
    history: {
      approved,
      rejected,
      spent: toMoney(spent),
      active: active && { until: active.until?.toISOString() ?? null },
      after: after?.toISOString() ?? null,
      recent: recent.map(({ id, status, currency, amount, at, reason }) => ({
        id,
        state: status,
        amount: toMoney(amount, currency),
        at: at.toISOString(),
        reason,
      })),
      invitedBy: invitedBy && toInviter(invitedBy),
    },
  };
}
