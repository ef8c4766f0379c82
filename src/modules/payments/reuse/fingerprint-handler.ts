import { createHash } from 'node:crypto';
import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { DeliveryError, isDeliveryFailure } from '../../../kernel/outbox/delivery-error.ts';
import type { OutboxHandler } from '../../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork, Work } from '../../../kernel/unit-of-work.ts';
import { SECOND_MS } from '../../../shared/durations.ts';
import { ownerOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import { PAYMENT_NOTICES } from '../payment-notices.ts';
import type { ReviewGateway } from '../review-gateway.ts';
import { findSameFile } from './receipt-traces.ts';

/** Fewer than a bot delivers at once: however slowly files come, receipts go out beside them. */
const FILES_AT_ONCE = 2;
const WAITS_MS = 2 * SECOND_MS;

/** Looks at a receipt's bytes, and says where they were seen before. The review waits for none of it. */
export function createFingerprintHandler(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  messages: Pick<ReviewGateway, 'readFile'>;
}): OutboxHandler<'fingerprint-receipt'> {
  const { prisma, transact, messages } = deps;
  let reading = 0;

  /** Null: no bot may fetch it. */
  async function readDigest(telegramBotId: bigint, fileId: string): Promise<string | null> {
    if (reading >= FILES_AT_ONCE) throw new DeliveryError('not-sent', { retryAfterMs: WAITS_MS });
    reading += 1;
    try {
      const bytes = await messages.readFile(telegramBotId, fileId);
      return createHash('sha256').update(bytes).digest('hex');
    } catch (error) {
      if (isDeliveryFailure(error, 'file-out-of-reach')) return null;
      throw error;
    } finally {
      reading -= 1;
    }
  }

  return async ({ paymentId }) => {
    const payment = await prisma.payment.findUnique({ where: { id: paymentId }, include: { bot: true } });
    // Forgotten or kept long enough, or read by a process that died before it could say so.
    if (!payment?.receiptFileId || payment.receiptSha256 !== null) return 'not-due';
    const { bot, receiptFileId } = payment;
    const sha256 = await readDigest(bot.telegramBotId, receiptFileId);
    if (sha256 === null) return 'not-due';
    await transact((work) => keep(work, { paymentId, ownerId: bot.ownerId, sha256 }));
    return 'delivered';
  };
}

async function keep(
  work: Work,
  { paymentId, ownerId, sha256 }: { paymentId: number; ownerId: number; sha256: string },
): Promise<void> {
  const { db, enqueue } = work;
  // Of two that come with the same file at once, one has to see the other.
  await db.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('receipts'), ${ownerId}::int)::text`;
  const kept = await db.payment.updateMany({
    where: { id: paymentId, receiptFileId: { not: null }, receiptSha256: null },
    data: { receiptSha256: sha256 },
  });
  if (kept.count === 0) return;
  const same = await findSameFile(db, paymentId);
  if (!same) return;
  const both = await db.payment.findMany({
    where: { id: { in: [paymentId, same.paymentId] } },
    select: { id: true, botId: true },
  });
  for (const { id, botId } of both) enqueue({ kind: 'show-reuse', botId, payload: { paymentId: id } });
  // An edit makes no sound; a review that came with it did.
  if (!same.isToldAtOnce) tell(work, PAYMENT_NOTICES.receiptReused, ownerOf({ ownerId }), { paymentId });
}
