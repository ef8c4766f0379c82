import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import { DAY_MS, HOUR_MS } from '../../shared/durations.ts';
import { fromDecimalString } from '../../shared/money.ts';
import { isSale } from './analytics/counting/sql.ts';
import type { Attention, BotOverview } from './overview.ts';

/** Receipts that wait for longer are late. */
const LATE_MS = HOUR_MS;
/** What ends within this is about to. */
const SOON_MS = 3 * DAY_MS;
const IS_SALE = Prisma.raw(isSale('p'));

interface Beginnings {
  today: Date;
  week: Date;
  month: Date;
}

/** One statement, whatever the number of bots. */
export async function readOverviews(
  prisma: PrismaClient,
  botIds: readonly number[],
  { today, week, month }: Beginnings,
): Promise<BotOverview[]> {
  const monthBefore = new Date(month.getTime() - 30 * DAY_MS);
  const rows = await prisma.$queryRaw<
    { id: number; telegramBotId: bigint; waiting: number; live: number; sums: Record<keyof Sums, string> }[]
  >`
    SELECT b.id, b.telegram_bot_id AS "telegramBotId",
           (SELECT count(*)::int FROM payments p WHERE p.user_bot_id = b.id AND p.status = 'pending') AS waiting,
           (SELECT count(DISTINCT s.end_user_id)::int FROM channels c JOIN subscriptions s ON s.channel_id = c.id
             WHERE c.user_bot_id = b.id AND s.status = 'active') AS live,
           (SELECT json_build_object(
                     'today', coalesce(sum(p.amount) FILTER (WHERE p.approved_at >= ${today}), 0)::text,
                     'week', coalesce(sum(p.amount) FILTER (WHERE p.approved_at >= ${week}), 0)::text,
                     'month', coalesce(sum(p.amount) FILTER (WHERE p.approved_at >= ${month}), 0)::text,
                     'monthBefore', coalesce(sum(p.amount) FILTER (WHERE p.approved_at < ${month}), 0)::text)
              FROM payments p
             WHERE p.user_bot_id = b.id AND ${IS_SALE} AND p.approved_at >= ${monthBefore}
               AND p.currency = 'UZS') AS sums
      FROM user_bots b WHERE b.id = ANY(${botIds}) ORDER BY b.id`;
  return rows.map(({ id, telegramBotId, waiting, live, sums }) => ({
    id,
    telegramBotId,
    waiting,
    live,
    turnover: {
      today: fromDecimalString(sums.today),
      week: fromDecimalString(sums.week),
      month: fromDecimalString(sums.month),
    },
    monthBefore: fromDecimalString(sums.monthBefore),
  }));
}

type Sums = Record<'today' | 'week' | 'month' | 'monthBefore', bigint>;

/** The same of what waits: by its kind, then by bot. A bot whose token is dead is told of that alone, and of its people. */
export async function readAttention(
  prisma: PrismaClient,
  botIds: readonly number[],
  now: Date,
): Promise<Attention[]> {
  const lateSince = new Date(now.getTime() - LATE_MS);
  const soon = new Date(now.getTime() + SOON_MS);
  return prisma.$queryRaw<Attention[]>`
    WITH bots AS (
      SELECT b.id, b.telegram_bot_id, b.is_active, b.token_dead_at
        FROM user_bots b WHERE b.id = ANY(${botIds})),
    chats AS (
      SELECT c.* FROM channels c
       WHERE c.user_bot_id IN (SELECT id FROM bots) AND c.connected_at IS NOT NULL AND c.disconnected_at IS NULL)
    SELECT kind, b.id AS "botId", b.telegram_bot_id AS "telegramBotId", count, since
      FROM bots b
     CROSS JOIN LATERAL (
       SELECT 1 AS place, 'receipts' AS kind, count(*)::int AS count, min(p.receipt_at) AS since
         FROM payments p WHERE p.user_bot_id = b.id AND p.status = 'pending' AND p.receipt_at <= ${lateSince}
       UNION ALL
       SELECT 2, 'deadToken', (CASE WHEN b.token_dead_at IS NOT NULL THEN 1 ELSE 0 END), b.token_dead_at
       UNION ALL
       SELECT 3, 'rights', count(*)::int, NULL
         FROM chats c WHERE b.is_active AND c.user_bot_id = b.id AND NOT c.is_basic_group
                        AND NOT (c.can_invite AND c.can_restrict)
       UNION ALL
       SELECT 4, 'setup', (CASE WHEN b.is_active AND NOT (
           EXISTS (SELECT FROM chats c JOIN plans p ON p.channel_id = c.id JOIN payment_methods_offered m ON m.user_bot_id = b.id
                    WHERE c.user_bot_id = b.id AND p.is_active AND p.archived_at IS NULL AND p.price > 0
                      AND (m.method <> 'stars' OR p.stars_price IS NOT NULL))) THEN 1 ELSE 0 END), NULL
       UNION ALL
       SELECT 5, 'refunds', count(*)::int, min(r.created_at)
         FROM refunds r WHERE r.user_bot_id = b.id AND r.status IN ('open', 'sending')
       UNION ALL
       SELECT 6, 'ending', count(DISTINCT s.end_user_id)::int, min(s.expires_at)
         FROM channels c JOIN subscriptions s ON s.channel_id = c.id
        WHERE c.user_bot_id = b.id AND s.status = 'active' AND s.expires_at > ${now} AND s.expires_at <= ${soon}
     ) waits
     WHERE count > 0 ORDER BY place, since NULLS LAST, b.id`;
}
