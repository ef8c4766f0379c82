import type { Payment as PaymentRow } from '../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { formatTime } from '../../shared/calendar.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { releaseReplaced } from '../promo-codes/promo-uses.ts';
import type { PaymentMethod } from './methods/payment-method.ts';
import { CHOICE_HOURS, type SentReceipt } from './payment.ts';
import { providerOf } from './providers/attempt.ts';
import { expireAttemptsOf } from './providers/attempt-clock.ts';

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
    where: { endUserId, planId, ...byMethod, isTest: false, status: { in: ['created', 'pending'] } },
  });
}

/** What somebody has chosen or sent a receipt for, and nobody has decided yet. */
export interface OpenChoice {
  id: number;
  status: string;
  lockedUntil: Date | null;
}

/** In these chats. */
export function listOpen(
  { db }: Work,
  { endUserId }: EndUserActor,
  channelIds: readonly number[],
): Promise<OpenChoice[]> {
  return db.payment.findMany({
    where: { chats: { some: { endUserId, channelId: { in: [...channelIds] }, isOpen: true } } },
    select: { id: true, status: true, lockedUntil: true },
  });
}

/**
 * While a provider takes the money of an order nothing takes its place. The caller holds the lock on the buyer.
 * @throws AppError `paymentRuns` (with the payment's id, the provider, and the time of day until when)
 */
export async function requireUnlocked(
  work: Work,
  { endUserId }: EndUserActor,
  open: readonly Pick<OpenChoice, 'id' | 'lockedUntil'>[],
  timeZone: string,
): Promise<void> {
  const isLocked = open.some(({ lockedUntil }) => lockedUntil !== null && lockedUntil > work.now);
  if (!isLocked) return;
  // What has run for too long holds nothing.
  await expireAttemptsOf(work, endUserId);
  const locked = await work.db.payment.findFirst({
    where: { id: { in: open.map(({ id }) => id) }, lockedUntil: { gt: work.now } },
  });
  if (!locked?.lockedUntil) return;
  throw new AppError('paymentRuns', {
    paymentId: locked.id,
    provider: providerOf(locked.paymentMethod) ?? locked.paymentMethod,
    until: formatTime(locked.lockedUntil, timeZone),
  });
}

/** What a new choice replaces; a receipt that waits is not thrown away silently. @throws AppError `receiptWaits` */
export function replacedBy(open: readonly OpenChoice[]): number[] {
  const waiting = open.find(({ status }) => status === 'pending');
  if (waiting) throw new AppError('receiptWaits', { paymentId: waiting.id });
  return open.map(({ id }) => id);
}

/** Makes way for a new choice. */
export async function replaceChoices(
  work: Work,
  { endUserId }: Pick<EndUserActor, 'endUserId'>,
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

/**
 * Choices that nobody paid for within 24 hours, of all tenants; not those whose money a provider takes at present.
 * @returns how many
 */
export function cancelStale(db: Db, now: Date): Promise<number> {
  const since = new Date(now.getTime() - CHOICE_HOURS * HOUR_MS);
  return db.$executeRaw`
    UPDATE payments p SET status = 'cancelled', decided_at = ${now}
     WHERE p.status = 'created' AND p.created_at <= ${since} AND (p.locked_until IS NULL OR p.locked_until <= ${now})
       AND NOT EXISTS (SELECT FROM payment_attempts a WHERE a.payment_id = p.id AND a.state = 'created')`;
}
