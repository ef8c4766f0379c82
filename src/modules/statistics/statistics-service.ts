import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, type OwnerActor, requireModerator } from '../../kernel/actor.ts';
import { mayDo, type Right, requireMayRead, type TeamRole } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import { startOfDay, startOfMonth } from '../../shared/calendar.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { fromDecimalString } from '../../shared/money.ts';
import { COUNT_TESTERS } from '../end-users/testers.ts';
import { amountIn, type Currency } from '../payments/payment.ts';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payments/payment-status.ts';
import { isSale, methodOf } from './analytics/counting/sql.ts';
import { readMonths } from './month-queries.ts';
import type { Overview } from './overview.ts';
import { readAttention, readOverviews } from './overview-queries.ts';
import { type PlanSales, readPlanSales } from './plan-sales.ts';
import { PERIODS, type Period, type PeriodMetrics, type Statistics, type Taking } from './statistics.ts';
import { TRIALS } from './trial-statistics.ts';

interface TakingRow extends Record<Period, string | null> {
  method: string;
  currency: Currency;
}

const METHOD = Prisma.raw(methodOf('p'));
const IS_SALE = Prisma.raw(isSale('p'));

function takingIn({ method, currency, ...amounts }: TakingRow, period: Period): Taking[] {
  const amount = amountIn(currency, amounts[period] ?? '0');
  return amount === 0n ? [] : [{ method, currency, amount }];
}

export function createStatisticsService(deps: {
  prisma: PrismaClient;
  clock: Clock;
  timeZone: string;
  moderatorIds: readonly bigint[];
}) {
  const { prisma, clock, timeZone } = deps;

  /** When each period began. */
  function beginnings(): Record<Period, Date> {
    const now = clock.now();
    const ago = (days: number) => new Date(now.getTime() - days * DAY_MS);
    return {
      today: startOfDay(now, timeZone),
      week: ago(7),
      thisMonth: startOfMonth(now, timeZone),
      month: ago(30),
      allTime: new Date(0),
    };
  }

  /** One round trip, whatever the number of bots. @param bots the `id`s that count */
  async function read(bots: Prisma.Sql): Promise<Statistics> {
    const since = beginnings();
    const perPeriod = (count: (from: Date, period: Period) => Prisma.Sql) =>
      Prisma.join(PERIODS.map((period) => count(since[period], period)));
    const named = (metric: string, period: Period) => Prisma.raw(`"${metric}:${period}"`);
    const [row] = await prisma.$queryRaw<(Record<string, bigint | string> & { takings: TakingRow[] })[]>`
      WITH bots AS (${bots}),
           chats AS (SELECT id FROM channels WHERE user_bot_id IN (SELECT id FROM bots)),
           members AS (
             SELECT count(DISTINCT s.end_user_id) FILTER (WHERE s.status = 'active') AS live,
                    count(DISTINCT s.end_user_id) FILTER (WHERE s.status = 'active' AND s.grace_until IS NOT NULL AND s.expires_at <= ${clock.now()}) AS "inGrace",
                    ${perPeriod(
                      (from, period) => Prisma.sql`
                        count(*) FILTER (WHERE s.started_at >= ${from}) AS ${named('started', period)},
                        count(*) FILTER (WHERE s.status = 'expired' AND s.ended_at >= ${from}) AS ${named('ended', period)}`,
                    )}
               FROM subscriptions s WHERE s.channel_id IN (SELECT id FROM chats)),
           money AS (
             SELECT ${Prisma.join(
               PAYMENT_STATUSES.map(
                 (status) =>
                   Prisma.sql`count(*) FILTER (WHERE p.status = ${status}) AS ${Prisma.raw(`"${status}"`)}`,
               ),
             )},
                    ${perPeriod(
                      (from, period) => Prisma.sql`
                        count(*) FILTER (WHERE p.status = 'approved' AND p.approved_at >= ${from} AND s.started_at < p.approved_at)
                          AS ${named('renewed', period)},
                        coalesce(sum(p.amount) FILTER (WHERE p.status = 'approved' AND p.currency = 'UZS' AND p.approved_at >= ${from}), 0)::text
                          AS ${named('turnover', period)}`,
                    )}
               FROM payments p LEFT JOIN subscriptions s ON s.id = p.subscription_id
              WHERE p.user_bot_id IN (SELECT id FROM bots) AND NOT p.is_test),
           takings AS (
             SELECT ${METHOD} AS method, p.currency,
                    ${perPeriod((from, period) => Prisma.sql`sum(p.amount) FILTER (WHERE p.approved_at >= ${from})::text AS ${Prisma.raw(`"${period}"`)}`)}
               FROM payments p
              WHERE p.user_bot_id IN (SELECT id FROM bots) AND ${IS_SALE}
              GROUP BY 1, 2),
           tried AS (${TRIALS})
      SELECT (SELECT count(*) FROM end_users WHERE user_bot_id IN (SELECT id FROM bots)) - (${COUNT_TESTERS}) AS people, members.*, money.*, tried.*,
             (SELECT coalesce(json_agg(t ORDER BY t.currency, t.method), '[]') FROM takings t) AS takings
        FROM members, money, tried`;
    if (!row) throw new Error('Postgres counted nothing');
    const count = (name: string) => Number(row[name] ?? 0);
    const metrics = (period: Period): PeriodMetrics => ({
      started: count(`started:${period}`),
      ended: count(`ended:${period}`),
      renewed: count(`renewed:${period}`),
      turnover: fromDecimalString(String(row[`turnover:${period}`] ?? 0)),
    });
    return {
      endUsers: count('people'),
      liveSubscribers: count('live'),
      inGrace: count('inGrace'),
      trials: { given: count('trials'), bought: count('bought') },
      payments: Object.fromEntries(PAYMENT_STATUSES.map((status) => [status, count(status)])) as Record<
        PaymentStatus,
        number
      >,
      periods: Object.fromEntries(PERIODS.map((period) => [period, metrics(period)])) as Record<
        Period,
        PeriodMetrics
      >,
      takings: Object.fromEntries(
        PERIODS.map((period) => [period, row.takings.flatMap((taking) => takingIn(taking, period))]),
      ) as Record<Period, Taking[]>,
    };
  }

  /**
   * How each of somebody's bots does, and what waits for them: as many statements for one bot as for fifty.
   * @param bots theirs, and what they are in each: of the others they see what they have to do with
   */
  async function readOverview(bots: readonly { id: number; role: TeamRole }[]): Promise<Overview> {
    const now = clock.now();
    const roles = new Map(bots.map(({ id, role }) => [id, role]));
    const ids = [...roles.keys()];
    const may = (botId: number, right: Right) => mayDo(roles.get(botId) ?? 'support', right);
    const [found, attention] = await Promise.all([
      readOverviews(prisma, ids, beginnings()),
      readAttention(prisma, ids, now),
    ]);
    return {
      asOf: now,
      bots: found.map((bot) => ({
        ...bot,
        waiting: may(bot.id, 'receipts') ? bot.waiting : null,
        ...(may(bot.id, 'shop') ? {} : { live: null, turnover: null, monthBefore: null }),
      })),
      attention: attention.filter(({ botId, kind }) => may(botId, kind === 'receipts' ? 'receipts' : 'shop')),
    };
  }

  /** How each plan of a bot sells, in the last 30 days. */
  async function readSalesOfPlans(scope: TenantScope, actor: Actor): Promise<Map<number, PlanSales>> {
    await requireMayRead(prisma, scope, actor, 'shop');
    return readPlanSales(prisma, scope.botId, beginnings().month);
  }

  const readMonthsOf = (bots: Prisma.Sql) => readMonths(prisma, bots, clock.now(), timeZone);

  async function ofBot(scope: TenantScope, actor: Actor): Promise<Prisma.Sql> {
    await requireMayRead(prisma, scope, actor, 'shop');
    return Prisma.sql`SELECT id FROM user_bots WHERE id = ${scope.botId}`;
  }

  /** All of the owner's bots that are not removed. */
  function ofOwner({ telegramUserId }: OwnerActor): Prisma.Sql {
    return Prisma.sql`
      SELECT b.id FROM user_bots b JOIN user_admins o ON o.id = b.user_admin_id
       WHERE o.telegram_id = ${telegramUserId} AND b.removed_at IS NULL`;
  }

  /** Every bot there ever was. */
  function ofPlatform(actor: Actor): Prisma.Sql {
    requireModerator(actor, deps.moderatorIds);
    return Prisma.sql`SELECT id FROM user_bots`;
  }

  return {
    readBot: async (scope: TenantScope, actor: Actor) => read(await ofBot(scope, actor)),
    readBotMonths: async (scope: TenantScope, actor: Actor) => readMonthsOf(await ofBot(scope, actor)),
    readOverview,
    readPlanSales: readSalesOfPlans,
    readOwner: (actor: OwnerActor) => read(ofOwner(actor)),
    readOwnerMonths: (actor: OwnerActor) => readMonthsOf(ofOwner(actor)),
    readPlatform: async (actor: Actor) => read(ofPlatform(actor)),
    readPlatformMonths: async (actor: Actor) => readMonthsOf(ofPlatform(actor)),
  };
}
