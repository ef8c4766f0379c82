import type { Language } from '../../../infra/i18n/i18n.ts';
import { Prisma } from '../../../infra/prisma-client/client.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import { DAY_MS } from '../../../shared/durations.ts';
import { personMatches } from '../../end-users/end-user.ts';

/** Which owners are meant; what is absent leaves none out. */
export interface OwnerFilter {
  state?: 'all' | 'active' | 'banned' | undefined;
  tariff?: 'free' | 'paid' | undefined;
  /** Within so many days, longer ago than that, or none yet. */
  lastSale?: 'week' | 'month' | 'older' | 'never' | undefined;
  /** A name, a @username or a Telegram id. */
  q?: string | undefined;
}

/** An owner at a glance, with how their business goes. */
export interface OwnerRecord {
  id: number;
  telegramUserId: bigint;
  username: string | null;
  fullName: string;
  language: Language;
  banned: boolean;
  blockedAt: Date | null;
  since: Date;
  /** Bots of theirs that nobody has removed. */
  bots: number;
  /** Null: free. */
  paidUntil: Date | null;
  /** Null: none yet. */
  lastSaleAt: Date | null;
}

const MONTH_DAYS = 30;
const WEEK_DAYS = 7;

/** The newest first; whoever asked to be forgotten is none of them. @returns one more than `limit`, where there is more */
export async function readOwners(
  db: Db,
  filter: OwnerFilter,
  { before, limit, now }: { before: number | null; limit: number; now: Date },
): Promise<OwnerRecord[]> {
  return db.$queryRaw<OwnerRecord[]>`
    SELECT * FROM (${records(now)}) found
     WHERE ${where(filter, now)} ${before === null ? Prisma.empty : Prisma.sql`AND id < ${before}`}
     ORDER BY id DESC LIMIT ${limit + 1}`;
}

export async function readOwner(db: Db, ownerId: number, now: Date): Promise<OwnerRecord | null> {
  const [owner] = await db.$queryRaw<OwnerRecord[]>`
    SELECT * FROM (${records(now)}) found WHERE id = ${ownerId}`;
  return owner ?? null;
}

/** What each did last is asked only of those that are looked at. */
const records = (now: Date) => Prisma.sql`
  SELECT o.id, o.telegram_id AS "telegramUserId", o.username, o.full_name AS "fullName", o.language, o.banned,
         o.blocked_at AS "blockedAt", o.created_at AS since, o.telegram_id, o.full_name,
         (SELECT count(*)::int FROM user_bots b WHERE b.user_admin_id = o.id AND b.removed_at IS NULL) AS bots,
         (SELECT t.expires_at FROM admin_subscriptions t
           WHERE t.user_admin_id = o.id AND t.status = 'active' AND t.expires_at > ${now}) AS "paidUntil",
         (SELECT max(sold.at) FROM user_bots b
            CROSS JOIN LATERAL (
              SELECT p.approved_at AS at FROM payments p
               WHERE p.user_bot_id = b.id AND p.status = 'approved' AND NOT p.is_test AND p.approved_at IS NOT NULL
               ORDER BY p.approved_at DESC LIMIT 1) sold
           WHERE b.user_admin_id = o.id) AS "lastSaleAt"
    FROM user_admins o WHERE o.telegram_id > 0`;

function where({ state = 'all', tariff, lastSale, q = '' }: OwnerFilter, now: Date): Prisma.Sql {
  const conditions = [
    Prisma.sql`TRUE`,
    state !== 'all' && Prisma.sql`banned = ${state === 'banned'}`,
    tariff !== undefined &&
      (tariff === 'paid' ? Prisma.sql`"paidUntil" IS NOT NULL` : Prisma.sql`"paidUntil" IS NULL`),
    lastSale !== undefined && soldLast(lastSale, now),
    q.trim() !== '' && personMatches(q),
  ];
  return Prisma.join(
    conditions.filter((condition) => condition !== false),
    ' AND ',
  );
}

function soldLast(when: NonNullable<OwnerFilter['lastSale']>, now: Date): Prisma.Sql {
  const ago = (days: number) => new Date(now.getTime() - days * DAY_MS);
  switch (when) {
    case 'never':
      return Prisma.sql`"lastSaleAt" IS NULL`;
    case 'older':
      return Prisma.sql`"lastSaleAt" < ${ago(MONTH_DAYS)}`;
    default:
      return Prisma.sql`"lastSaleAt" >= ${ago(when === 'week' ? WEEK_DAYS : MONTH_DAYS)}`;
  }
}
