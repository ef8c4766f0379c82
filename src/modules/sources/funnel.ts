import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import { fromDecimal } from '../../shared/money.ts';
import { type Source, toSource } from './source.ts';

/** How far people have come by a source. Money in tiyin, of payments in soʻm alone. */
interface Funnel {
  people: number;
  /** Those of them whom it brought to the bot. */
  newcomers: number;
  chose: number;
  /** A receipt, or the money by way of a provider. */
  sent: number;
  paid: number;
  turnover: bigint;
  /** Those who paid and have access now. */
  live: number;
  /** What its newcomers have bought besides: by another source, or by none. */
  laterPurchases: number;
  laterTurnover: bigint;
}

/** A source as its owner opens it. */
export interface OpenedSource {
  source: Source;
  /** What it gives to whoever comes by it. */
  promoCode: string | null;
  /** Tiyin; null: not said. */
  cost: bigint | null;
  funnel: Funnel;
}

interface Row extends Record<CountName, number> {
  id: number;
  name: string;
  slug: string;
  archivedAt: Date | null;
  promoCode: string | null;
  cost: Prisma.Decimal | null;
  turnover: Prisma.Decimal;
  laterTurnover: Prisma.Decimal;
}

type CountName = Exclude<keyof Funnel, 'turnover' | 'laterTurnover'>;

/**
 * Counted over the database each time it is read. Whoever has gone with their data is still one of those who paid: the
 * payment stays, and is somebody's.
 */
export async function readFunnel(
  prisma: PrismaClient,
  { botId }: TenantScope,
  sourceId: number,
): Promise<OpenedSource | null> {
  const [row] = await prisma.$queryRaw<Row[]>`
    WITH src AS (SELECT * FROM sources WHERE id = ${sourceId} AND user_bot_id = ${botId}),
         bought AS (
           SELECT p.end_user_id, p.amount, p.currency, p.status = 'approved' AS paid,
                  p.receipt_at IS NOT NULL OR p.approved_at IS NOT NULL AS sent
             FROM src JOIN payments p ON p.source_id = src.id
            WHERE p.user_bot_id = ${botId} AND NOT p.is_test),
         people AS (
           SELECT v.end_user_id FROM src JOIN source_visits v ON v.source_id = src.id
           UNION SELECT end_user_id FROM bought),
         later AS (
           SELECT p.amount, p.currency
             FROM src JOIN end_users e ON e.source_id = src.id
             JOIN payments p ON p.end_user_id = e.id
            WHERE e.user_bot_id = ${botId} AND p.status = 'approved' AND NOT p.is_test
              AND p.source_id IS DISTINCT FROM src.id)
    SELECT src.id, src.name, src.slug, src.archived_at AS "archivedAt", src.cost,
           (SELECT pc.code FROM promo_codes pc WHERE pc.id = src.promo_code_id AND pc.removed_at IS NULL) AS "promoCode",
           (SELECT count(*)::int FROM people) AS people,
           (SELECT count(*)::int FROM people JOIN end_users e ON e.id = people.end_user_id
             WHERE e.source_id = src.id) AS newcomers,
           b.*, l.*
      FROM src,
           (SELECT count(DISTINCT end_user_id)::int AS chose,
                   count(DISTINCT end_user_id) FILTER (WHERE sent)::int AS sent,
                   count(DISTINCT end_user_id) FILTER (WHERE paid)::int AS paid,
                   coalesce(sum(amount) FILTER (WHERE paid AND currency = 'UZS'), 0) AS turnover,
                   count(DISTINCT end_user_id) FILTER (WHERE paid AND EXISTS (
                     SELECT FROM subscriptions s
                      WHERE s.end_user_id = bought.end_user_id AND s.status = 'active'))::int AS live
              FROM bought) b,
           (SELECT count(*)::int AS "laterPurchases",
                   coalesce(sum(amount) FILTER (WHERE currency = 'UZS'), 0) AS "laterTurnover"
              FROM later) l`;
  if (!row) return null;
  const { people, newcomers, chose, sent, paid, live, laterPurchases } = row;
  return {
    source: toSource(row),
    promoCode: row.promoCode,
    cost: row.cost && fromDecimal(row.cost),
    funnel: {
      people,
      newcomers,
      chose,
      sent,
      paid,
      turnover: fromDecimal(row.turnover),
      live,
      laterPurchases,
      laterTurnover: fromDecimal(row.laterTurnover),
    },
  };
}
