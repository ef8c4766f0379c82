import type { Payment, PaymentChat } from '../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { isOver, toDuration } from '../plans/duration.ts';
import { firstChatFirst } from '../plans/plan.ts';
import { requireConnected } from '../subscriptions/subscription-queries.ts';
import { CHOICE_HOURS, type SentReceipt } from './payment.ts';
import type { PaymentStatus } from './payment-status.ts';

/** A payment with the chats that it is for. */
export type PayableRow = PaymentRow & { chats: Pick<PaymentChat, 'channelId'>[] };

type PaymentRow = Payment;

/** More than anybody has open or lately rejected. */
const LATEST = 30;

/**
 * The payment that a receipt is for: the latest by card, unless something newer for the same chat took its place. Where
 * there is none, the latest by a provider, who tells of it without one.
 * @param replaced what an edited message brought before: only that can be meant
 * @throws AppError `payment.<status>` where that is decided
 */
export async function findPayable(
  db: Db,
  now: Date,
  scope: TenantScope,
  actor: EndUserActor,
  replaced?: PaymentRow,
): Promise<PayableRow | null> {
  const since = new Date(now.getTime() - CHOICE_HOURS * HOUR_MS);
  const rows = await db.payment.findMany({
    where: { endUserId: actor.endUserId, botId: scope.botId, isTest: false },
    orderBy: { id: 'desc' },
    take: LATEST,
    include: { chats: { select: { channelId: true } } },
  });
  const open = newestOfTheirChats(rows).filter(
    (row) =>
      row.status === 'pending' ||
      (row.status === 'created' && row.createdAt > since) ||
      (row.status === 'rejected' && row.decidedAt !== null && row.decidedAt > since),
  );
  const payable = open.filter(takesReceipt);
  if (replaced) {
    const meant = payable.find((row) => row.id === replaced.id);
    if (!meant) throw new AppError(`payment.${replaced.status as PaymentStatus}`);
    return meant;
  }
  const [latest] = payable.sort((a, b) => touchedAt(b) - touchedAt(a));
  return latest ?? open[0] ?? null;
}

/** Whether whoever chose it has to show that they paid. */
export const takesReceipt = ({ paymentMethod }: Pick<PaymentRow, 'paymentMethod'>): boolean =>
  paymentMethod === 'card';

/** @param rows the newest first: what shares a chat with a newer one is out of date */
function newestOfTheirChats(rows: PayableRow[]): PayableRow[] {
  const seen = new Set<number>();
  return rows.filter(({ chats }) => {
    const isNewest = chats.every(({ channelId }) => !seen.has(channelId));
    for (const { channelId } of chats) seen.add(channelId);
    return isNewest;
  });
}

function touchedAt(row: PaymentRow): number {
  return Math.max(row.createdAt.getTime(), row.receiptAt?.getTime() ?? 0, row.decidedAt?.getTime() ?? 0);
}

/**
 * An update that Telegram repeats brings no second receipt, whatever the message was edited to since.
 * @param earlier what the same message brought
 */
export function isHeardBefore(receipt: SentReceipt, earlier: readonly PaymentRow[]): boolean {
  const version = receipt.editedAt?.getTime() ?? 0;
  return earlier.some((row) => {
    const known = row.receiptEditedAt?.getTime() ?? 0;
    // Telegram tells the time of an edit in seconds: two of one second are told apart by their files.
    return known > version || (known === version && row.receiptUniqueId === receipt.uniqueId);
  });
}

/**
 * What somebody may pay for was not given up by its owner since, and its date has not passed.
 * @throws AppError `noLongerSold`
 */
export async function requireStillSold(work: Work, wanted: PayableRow, timeZone: string): Promise<void> {
  if (isOver(toDuration(wanted), work.now, timeZone)) {
    const { title } = await work.db.channel.findUniqueOrThrow({ where: { id: wanted.channelId } });
    throw new AppError('noLongerSold', { title });
  }
  const chats = { botId: wanted.botId, channelIds: firstChatFirst(wanted) };
  await asBuyerReads(() => requireConnected(work.db, chats));
}

/** What an owner is told to connect again is not sold any more to a buyer, who may have paid. @throws AppError `noLongerSold` */
export async function asBuyerReads<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'chatNotConnected')) throw error;
    throw new AppError('noLongerSold', error.params);
  }
}
