import { createHash } from 'node:crypto';
import { type Payment as PaymentRow, Prisma } from '../../../infra/prisma-client/client.ts';
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

/** Another payment to the same owner that came with the same file. */
export interface SameFile {
  paymentId: number;
  /** It came before; else it came later. */
  isEarlier: boolean;
  /** To which of the owner's bots it came. */
  bot: string;
  /** The same, where it is not the bot of the payment in question. */
  otherBot: string | null;
  /** Telegram itself calls it the same file, so that the later review said so from the beginning. */
  isToldAtOnce: boolean;
}

/**
 * The latest payment that came with the same file before, at any bot of the owner; else the first that did later and whose
 * file is known by its bytes. Null: there is none. Another owner's receipts are never looked at.
 */
export async function findSameFile(db: Db, paymentId: number): Promise<SameFile | null> {
  return (await findSameFiles(db, [paymentId])).get(paymentId) ?? null;
}

/** The same of several payments at once, by their ids; of those for which there is one. */
export async function findSameFiles(db: Db, paymentIds: readonly number[]): Promise<Map<number, SameFile>> {
  const found = await db.$queryRaw<(SameFile & { of: number })[]>`
    WITH mine AS (
      SELECT p.id, p.user_bot_id, p.receipt_sha256, t.file_digest, t.id AS trace,
             ARRAY(SELECT b.id FROM user_bots b WHERE b.user_admin_id = o.user_admin_id) AS bots
        FROM payments p
        JOIN receipt_traces t ON t.payment_id = p.id
        JOIN user_bots o ON o.id = p.user_bot_id
       WHERE p.id IN (${Prisma.join(paymentIds)})
    ), same AS (
      SELECT m.id AS of, t.payment_id FROM mine m JOIN receipt_traces t
          ON t.user_bot_id = ANY (m.bots) AND t.file_digest = m.file_digest AND t.id < m.trace
       UNION
      SELECT m.id, p.id FROM mine m JOIN payments p
          ON p.receipt_sha256 = m.receipt_sha256 AND p.user_bot_id = ANY (m.bots) AND p.id <> m.id
    )
    SELECT DISTINCT ON (m.id) m.id AS of, s.payment_id AS "paymentId", t.id < m.trace AS "isEarlier", b.bot_username AS bot,
           CASE WHEN t.user_bot_id <> m.user_bot_id THEN b.bot_username END AS "otherBot",
           t.file_digest = m.file_digest AS "isToldAtOnce"
      FROM mine m JOIN same s ON s.of = m.id
      JOIN receipt_traces t ON t.payment_id = s.payment_id
      JOIN user_bots b ON b.id = t.user_bot_id
     ORDER BY m.id, abs(t.id - m.trace) * CASE WHEN t.id < m.trace THEN 1 ELSE 2147483648 END`;
  return new Map(found.map(({ of, ...same }) => [of, same]));
}
