import type { Payment as PaymentRow, Prisma } from '../../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import { fromDecimal, MAX_TIYIN, TIYIN, toDecimalString } from '../../../shared/money.ts';
import { readSettings } from '../../bot-settings/bot-settings.ts';
import type { PaymentMethod } from '../methods/payment-method.ts';

/** What is to be paid, as `payments` keeps it. */
export type OrderAmount = Pick<
  Prisma.PaymentUncheckedCreateInput,
  'amount' | 'amountSuffix' | 'amountOwnerId'
>;

/** Whole soʻm on top of a price: so few that nobody minds. */
const MAX_SUFFIX = 99;

/**
 * What somebody is asked for who owes `price`. By card, at an owner who wants it, it differs from every other amount that
 * this owner waits for, at whichever bot. Where none is left it is the plain price: nobody is refused for it.
 * Takes the lock of the owner's amounts, which comes after the buyer's and before those of chats.
 */
export async function amountOf(
  work: Work,
  { botId, ownerId }: TenantScope,
  { price, method }: { price: Prisma.Decimal; method: PaymentMethod },
): Promise<OrderAmount> {
  const plain = { amount: price, amountSuffix: null, amountOwnerId: null };
  if (method !== 'card' || !(await readSettings(work.db, botId)).uniqueAmount) return plain;
  const tiyin = fromDecimal(price);
  const withSuffix = (suffix: number) => tiyin + BigInt(suffix) * TIYIN;
  const taken = await lockAmounts(work, ownerId, { from: withSuffix(1), to: withSuffix(MAX_SUFFIX) });
  const free = Array.from({ length: MAX_SUFFIX }, (_, index) => index + 1).filter(
    (suffix) => withSuffix(suffix) <= MAX_TIYIN && !taken.has(withSuffix(suffix)),
  );
  const suffix = free[Math.floor(Math.random() * free.length)];
  if (suffix === undefined) return plain;
  return { amount: toDecimalString(withSuffix(suffix)), amountSuffix: suffix, amountOwnerId: ownerId };
}

/**
 * What a further receipt is for: the amount of the one before it, which its sender has read. Once that was decided somebody
 * else may be asked for the same: then it is kept, and is no longer theirs alone.
 */
export async function amountAgain(
  work: Work,
  { ownerId }: TenantScope,
  { amount, amountSuffix, amountOwnerId, status }: PaymentRow,
): Promise<OrderAmount> {
  if (amountSuffix === null || status === 'pending') return { amount, amountSuffix, amountOwnerId };
  const tiyin = fromDecimal(amount);
  const taken = await lockAmounts(work, ownerId, { from: tiyin, to: tiyin });
  return { amount, amountSuffix, amountOwnerId: taken.has(tiyin) ? null : ownerId };
}

/** Keeps the owner's other buyers from choosing an amount beside us. @returns the amounts that others are asked for */
async function lockAmounts(
  { db }: Work,
  ownerId: number,
  { from, to }: { from: bigint; to: bigint },
): Promise<ReadonlySet<bigint>> {
  await db.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('amounts'), ${ownerId}::int)::text`;
  // Also those of bots that ask for plain prices: an amount tells who paid only if nobody else is asked for it.
  const open = await db.payment.findMany({
    where: {
      bot: { ownerId },
      // A provider’s order number says who paid.
      paymentMethod: 'card',
      status: { in: ['created', 'pending'] },
      amount: { gte: toDecimalString(from), lte: toDecimalString(to) },
    },
    select: { amount: true },
  });
  return new Set(open.map(({ amount }) => fromDecimal(amount)));
}
