import type { Payment as PaymentRow } from '../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { releaseReplaced } from '../promo-codes/promo-uses.ts';
import type { PaymentMethod } from './methods/payment-method.ts';
import type { SentReceipt } from './payment.ts';

/** The first one's row is there with the payment's. */
export async function addOtherChats(
  { db }: Work,
  { id: paymentId, endUserId, channelId: first }: PaymentRow,
  channelIds: readonly number[],
): Promise<void> {
  const others = channelIds.filter((channelId) => channelId !== first);
  await db.paymentChat.createMany({
    data: others.map((channelId) => ({ paymentId, channelId, endUserId, isOpen: true })),
  });
}

/** What the same press ordered before; null where it ordered nothing, or something else was chosen since. */
export async function findChoice(
  { db }: Work,
  { endUserId }: EndUserActor,
  planId: number,
  wanted: PaymentMethod | null,
): Promise<PaymentRow | null> {
  const byMethod = wanted === null ? {} : { paymentMethod: wanted };
  return db.payment.findFirst({
    where: { endUserId, planId, ...byMethod, status: { in: ['created', 'pending'] } },
  });
}

/** What a new choice in these chats would replace; a receipt that waits is not thrown away silently. @throws AppError `receiptWaits` */
export async function findReplaced(
  { db }: Work,
  { endUserId }: EndUserActor,
  channelIds: readonly number[],
): Promise<number[]> {
  const open = await db.payment.findMany({
    where: { chats: { some: { endUserId, channelId: { in: [...channelIds] }, isOpen: true } } },
    select: { id: true, status: true },
  });
  const waiting = open.find(({ status }) => status === 'pending');
  if (waiting) throw new AppError('receiptWaits', { paymentId: waiting.id });
  return open.map(({ id }) => id);
}

/** Makes way for a new choice. */
export async function replaceChoices(
  work: Work,
  { endUserId }: EndUserActor,
  { replaced, channelIds }: { replaced: number[]; channelIds: readonly number[] },
): Promise<void> {
  await work.db.payment.updateMany({
    where: { id: { in: replaced } },
    data: { status: 'cancelled', decidedAt: work.now },
  });
  await releaseReplaced(work, endUserId, channelIds);
}

/** Only the words below the picture were changed: whoever looks at the receipt from now on reads these. */
export async function changeWords(
  work: Work,
  { id }: PaymentRow,
  { note, editedAt }: SentReceipt,
): Promise<void> {
  await work.db.payment.updateMany({
    where: { id, status: 'pending' },
    data: { receiptNote: note, receiptEditedAt: editedAt },
  });
}
