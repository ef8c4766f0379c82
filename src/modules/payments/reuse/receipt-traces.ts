import { createHash } from 'node:crypto';
import type { Payment as PaymentRow } from '../../../infra/prisma-client/client.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';

/** Notes which file a receipt came with. What is traced has an order of its own: plans are chosen in another one. */
export async function traceReceipt(
  db: Db,
  { id: paymentId, botId, receiptUniqueId }: Pick<PaymentRow, 'id' | 'botId' | 'receiptUniqueId'>,
): Promise<void> {
  if (receiptUniqueId === null) return;
  const fileDigest = createHash('sha256').update(receiptUniqueId).digest('hex');
  await db.receiptTrace.create({ data: { botId, paymentId, fileDigest } });
}

/** The latest payment of the bot that came with the same file before; null: none did. */
export async function findUsedBefore(db: Db, paymentId: number): Promise<number | null> {
  const trace = await db.receiptTrace.findUnique({ where: { paymentId } });
  if (!trace) return null;
  const { id, botId, fileDigest } = trace;
  const earlier = await db.receiptTrace.findFirst({
    where: { botId, fileDigest, id: { lt: id } },
    orderBy: { id: 'desc' },
    select: { paymentId: true },
  });
  return earlier?.paymentId ?? null;
}
