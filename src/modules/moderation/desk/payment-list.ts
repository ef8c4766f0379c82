import { Prisma } from '../../../infra/prisma-client/client.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../../shared/money.ts';
import { type PaymentFilter, paymentConditions } from '../../payments/desk/payment-filter.ts';
import { shownMethod } from '../../payments/methods/shown-method.ts';
import { amountIn, type Currency } from '../../payments/payment.ts';
import type { PaymentStatus } from '../../payments/payment-status.ts';
import { type Duration, toDuration } from '../../plans/duration.ts';

/** Which of all payments are meant; what is absent leaves none out. */
export interface WatchFilter
  extends Pick<PaymentFilter, 'state' | 'method' | 'currency' | 'min' | 'max' | 'from' | 'to'> {
  /** Telegram's id of a bot, or its @username. */
  bot?: string | undefined;
}

/** A payment as moderators watch it: without the person and the receipt. */
export interface WatchedRecord {
  id: number;
  bot: { telegramBotId: bigint; username: string };
  status: PaymentStatus;
  method: string;
  currency: Currency;
  /** Tiyin, or whole Stars. */
  amount: bigint;
  /** Tiyin, without its promo code; null where it has none. */
  listPrice: bigint | null;
  plan: { id: number; name: string | null };
  duration: Duration;
  createdAt: Date;
  approvedAt: Date | null;
}

/** The newest first. @returns one more than `limit`, where there is more */
export async function findWatchedIds(
  db: Db,
  { bot, ...filter }: WatchFilter,
  { before, limit, timeZone }: { before: number; limit: number; timeZone: string },
): Promise<number[]> {
  const botIds = bot === undefined || bot.trim() === '' ? null : await findBots(db, bot.trim());
  if (botIds?.length === 0) return [];
  const { state } = filter;
  const where = Prisma.join([Prisma.sql`NOT p.is_test`, ...paymentConditions(filter, timeZone)], ' AND ');
  // As a pair, so that the index of both finds them: among many others, those in a rare state stand far apart.
  const page =
    state === undefined || botIds
      ? Prisma.sql`p.id < ${before} AND ${where} ORDER BY p.id DESC`
      : Prisma.sql`p.status >= ${state} AND (p.status, p.id) < (${state}, ${before}) AND ${where}
                   ORDER BY p.status DESC, p.id DESC`;
  const ofBots = botIds ? Prisma.sql`p.user_bot_id = ANY(${botIds}::int[]) AND` : Prisma.empty;
  const rows = await db.$queryRaw<{ id: number }[]>`
    SELECT p.id FROM payments p WHERE ${ofBots} ${page} LIMIT ${limit + 1}`;
  return rows.map(({ id }) => id);
}

/** Those of now and of before: a bot that changed hands is another one, and has the same id at Telegram. */
async function findBots(db: Db, named: string): Promise<number[]> {
  const username = named.replace(/^@/, '');
  const telegramBotId = /^\d{1,18}$/.test(named) ? BigInt(named) : null;
  const rows = await db.sellerBot.findMany({
    where:
      telegramBotId === null
        ? { username: { equals: username.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } }
        : { telegramBotId },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

export async function readWatched(db: Db, ids: readonly number[]): Promise<WatchedRecord[]> {
  const rows = await db.payment.findMany({
    where: { id: { in: [...ids] } },
    include: {
      bot: { select: { telegramBotId: true, username: true } },
      plan: { select: { id: true, name: true } },
    },
    orderBy: { id: 'desc' },
  });
  return rows.map((row) => {
    // The database knows no other words.
    const currency = row.currency as Currency;
    return {
      id: row.id,
      bot: row.bot,
      status: row.status as PaymentStatus,
      method: shownMethod(row.paymentMethod),
      currency,
      amount: amountIn(currency, row.amount.toFixed(2)),
      listPrice: row.listPrice && fromDecimal(row.listPrice),
      plan: row.plan,
      duration: toDuration(row),
      createdAt: row.createdAt,
      approvedAt: row.approvedAt,
    };
  });
}
