import { Prisma } from '../../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import { isInGrace } from '../../subscriptions/subscription.ts';
import { statesBefore } from '../payment.ts';
import { findSameFiles } from '../reuse/receipt-traces.ts';
import type { PaymentRecord } from './payment-records.ts';

/** What whoever looks at a receipt should know before they decide. */
export type ReceiptFlag =
  /** The same file came before, with this payment to this bot of the owner's. */
  | { kind: 'usedBefore'; paymentId: number; bot: string }
  /** So many other receipts that wait have this amount. */
  | { kind: 'sameAmount'; count: number }
  /** They have what they pay for already; null: for ever. */
  | { kind: 'active'; until: Date | null };

/** The flags of some receipts of a bot, by their ids; in as many statements for one as for a hundred. */
export async function readFlags(
  db: Db,
  { botId }: TenantScope,
  receipts: readonly PaymentRecord[],
  now: Date,
): Promise<Map<number, ReceiptFlag[]>> {
  if (receipts.length === 0) return new Map();
  const [same, amounts, held] = await Promise.all([
    findSameFiles(
      db,
      receipts.map(({ id }) => id),
    ),
    countAmounts(db, botId, receipts),
    db.subscription.findMany({
      where: {
        endUserId: { in: receipts.map(({ payer }) => payer.id) },
        channelId: { in: receipts.flatMap(({ chats }) => chats.slice(0, 1).map(({ id }) => id)) },
        status: 'active',
      },
      select: { endUserId: true, channelId: true, expiresAt: true, graceUntil: true },
    }),
  ]);
  return new Map(
    receipts.map((receipt) => {
      const flags: ReceiptFlag[] = [];
      const file = same.get(receipt.id);
      if (file?.isEarlier) flags.push({ kind: 'usedBefore', paymentId: file.paymentId, bot: file.bot });
      const count = amounts.get(receipt.id) ?? 0;
      if (count > 0) flags.push({ kind: 'sameAmount', count });
      const present = held.find(
        ({ endUserId, channelId }) => endUserId === receipt.payer.id && channelId === receipt.chats[0]?.id,
      );
      const isHeld = present && !isInGrace(present, now);
      if (isHeld && statesBefore('approved').includes(receipt.status))
        flags.push({ kind: 'active', until: present.expiresAt });
      return [receipt.id, flags];
    }),
  );
}

/** How many others wait with the same amount, of those that wait themselves. */
async function countAmounts(
  db: Db,
  botId: number,
  receipts: readonly PaymentRecord[],
): Promise<Map<number, number>> {
  const rows = await db.$queryRaw<{ id: number; others: number }[]>`
    SELECT p.id, same.count - 1 AS others
      FROM payments p
      JOIN (SELECT amount, currency, count(*)::int AS count FROM payments
             WHERE user_bot_id = ${botId} AND status = 'pending' GROUP BY amount, currency) same
        ON same.amount = p.amount AND same.currency = p.currency AND same.count > 1
     WHERE p.id IN (${Prisma.join(receipts.map(({ id }) => id))}) AND p.user_bot_id = ${botId} AND p.status = 'pending'`;
  return new Map(rows.map(({ id, others }) => [id, others]));
}
