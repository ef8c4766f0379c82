import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { ExportContent } from '../../modules/exports/export-gateway.ts';
import type { ExportedEndUser, ExportedPayment } from '../../modules/exports/export-service.ts';
import { shownMethod } from '../../modules/payments/methods/shown-method.ts';
import { formatTimestamp } from '../../shared/calendar.ts';
import { formatAmount } from '../../shared/money.ts';
import { readable } from '../../shared/text.ts';
import { durationName, type Viewer } from './common.ts';

type Row = readonly string[];
type Table = AsyncGenerator<Row>;

export async function* paymentTable(viewer: Viewer, payments: AsyncIterable<ExportedPayment>): Table {
  yield paymentHead(viewer);
  for await (const payment of payments) yield paymentRow(viewer, payment);
}

export async function* endUserTable(viewer: Viewer, endUsers: AsyncIterable<ExportedEndUser>): Table {
  yield endUserHead(viewer);
  for await (const endUser of endUsers) yield endUserRow(viewer, endUser);
}

/** A table of a bot's, whatever it is of. */
export function exportTable(viewer: Viewer, content: ExportContent): Table {
  return content.what === 'payments'
    ? paymentTable(viewer, content.rows)
    : endUserTable(viewer, content.rows);
}

/** What its file is called, here and wherever it is saved. */
export function exportName(botUsername: string, what: ExportContent['what']): string {
  return `${botUsername}-${what === 'payments' ? 'payments' : 'people'}.csv`;
}

function paymentHead({ t }: Viewer): Row {
  return [
    t.plain('export.number'),
    t.plain('export.created'),
    t.plain('export.approved'),
    t.plain('export.name'),
    t.plain('export.username'),
    'Telegram ID',
    t.plain('export.chat'),
    t.plain('export.plan'),
    t.plain('export.amount'),
    t.plain('export.status'),
    t.plain('export.promo'),
    t.plain('export.listPrice'),
    t.plain('export.discount'),
    t.plain('export.method'),
    t.plain('export.currency'),
    t.plain('export.attempts'),
    t.plain('export.source'),
  ];
}

function paymentRow({ t, timeZone }: Viewer, payment: ExportedPayment): Row {
  const { approvedAt } = payment;
  return [
    String(payment.id),
    formatTimestamp(payment.createdAt, timeZone),
    approvedAt === null ? '' : formatTimestamp(approvedAt, timeZone),
    readable(payment.fullName),
    payment.username ?? '',
    idCell(payment),
    readable(payment.chatTitle),
    durationName(t.plain, payment.duration),
    payment.currency === 'XTR' ? String(payment.amount) : formatAmount(payment.amount, t.language),
    t.plain(`paymentStatus.${payment.status}`),
    payment.promoCode ?? '',
    payment.listPrice === null ? '' : formatAmount(payment.listPrice, t.language),
    payment.discount === null ? '' : formatAmount(payment.discount, t.language),
    shownMethod(payment.method),
    payment.currency,
    payment.attempts
      .map(({ providerTxnId, state }) => `${providerTxnId}: ${t.plain(`export.attempt.${state}`)}`)
      .join(' | '),
    payment.source === null ? '' : readable(payment.source),
  ];
}

function endUserHead({ t }: Viewer): Row {
  return [
    t.plain('export.since'),
    t.plain('export.name'),
    t.plain('export.username'),
    'Telegram ID',
    t.plain('export.banned'),
    t.plain('export.subscriptions'),
  ];
}

function endUserRow({ t, timeZone }: Viewer, endUser: ExportedEndUser): Row {
  return [
    formatTimestamp(endUser.createdAt, timeZone),
    readable(endUser.fullName),
    endUser.username ?? '',
    idCell(endUser),
    endUser.banned ? t.plain('export.yes') : '',
    endUser.subscriptions
      .map(({ chatTitle, state, until }) =>
        [
          readable(chatTitle),
          t.plain(`subscriptionStatus.${state}`),
          until === null ? t.plain('duration.lifetime') : formatTimestamp(until, timeZone),
        ].join(', '),
      )
      .join(' | '),
  ];
}

function idCell(person: { telegramUserId: bigint }): string {
  return isForgotten(person) ? '' : String(person.telegramUserId);
}
