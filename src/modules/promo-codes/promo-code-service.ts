import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimal } from '../../shared/money.ts';
import { type Page, pageOf, readCursorBack } from '../../shared/page.ts';
import { makeCode } from './personal-codes.ts';
import {
  type Audience,
  MAX_LIVE_CODES,
  type PromoCode,
  type PromoField,
  readCode,
  toGift,
} from './promo-code.ts';
import { readPromoField } from './promo-field.ts';

/** What a code has done. */
export interface PromoResults {
  attached: number;
  reserved: number;
  used: number;
  people: number;
  /** Tiyin. */
  discount: bigint;
  turnover: bigint;
  /** Later purchases, without it, by those who used it. */
  renewals: number;
}

const CODES_PER_PAGE = 10;

/** Codes that are not somebody's own are their owner's to see and change. */
const OWNERS = { removedAt: null, endUserId: null } as const;
const WITH_PLANS = { include: { plans: { select: { planId: true } } } } as const;

type Row = Prisma.PromoCodeGetPayload<typeof WITH_PLANS>;

/** What an owner makes of codes. What was chosen with one keeps it, whatever becomes of the code. */
export function createPromoCodeService(deps: { prisma: PrismaClient; transact: UnitOfWork; clock: Clock }) {
  const { prisma, transact, clock } = deps;

  /** @param before `0`, or the `next` of the page before */
  async function list(
    scope: TenantScope,
    actor: Actor,
    before: string,
    size = CODES_PER_PAGE,
  ): Promise<Page<PromoCode>> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const rows = await prisma.promoCode.findMany({
      where: { botId: scope.botId, ...OWNERS, id: { lt: readCursorBack(before) } },
      orderBy: { id: 'desc' },
      take: size + 1,
      ...WITH_PLANS,
    });
    return pageOf(rows, size, toPromoCode);
  }

  /** @throws AppError `notFound` */
  async function open(
    scope: TenantScope,
    actor: Actor,
    id: number,
  ): Promise<{ promo: PromoCode; results: PromoResults }> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const promo = await getCode(prisma, scope, id);
    return { promo, results: await readResults(prisma, id, clock.now()) };
  }

  /** Before an owner is asked for one. @throws AppError `promo.tooMany` */
  async function requireMayAdd(scope: TenantScope, actor: Actor): Promise<void> {
    await requireMayRead(prisma, scope, actor, 'shop');
    await requireRoom(prisma, scope);
  }

  /**
   * A new code, off until it is said what it gives.
   * @param text as typed; `-` makes one
   * @returns its id; null where the message is heard again
   * @throws AppError `promo.malformed`, `promo.taken`, `promo.tooMany`
   */
  async function add(scope: TenantScope, actor: Actor, text: string): Promise<number | null> {
    return transact(async (work) => {
      const { db, now, audit, once } = work;
      const { telegramUserId } = await requireMay(db, scope, actor, 'shop');
      const code = text.trim() === '-' ? makeCode() : readCode(text);
      if (code === null) throw new AppError('promo.malformed');
      // Codes of one bot are made one after the other: so no limit is passed, and none is there twice.
      await db.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('promo-codes'), ${scope.botId}::int)::text`;
      const taken = await db.promoCode.count({ where: { botId: scope.botId, code, removedAt: null } });
      if (taken > 0) {
        const isHeardAgain = !(await once(actor.act));
        if (isHeardAgain) return null;
        throw new AppError('promo.taken', { code });
      }
      await requireRoom(db, scope);
      if (!(await once(actor.act))) return null;
      const { botId } = scope;
      const { id } = await db.promoCode.create({
        data: { botId, code, createdBy: telegramUserId, createdAt: now },
      });
      audit(actor, 'promo.added', { promo: id, bot: botId });
      return id;
    });
  }

  return {
    list,
    open,
    requireMayAdd,
    add,

    /**
     * Sets what a text says. A code that gets to know what it gives for the first time goes on.
     * @throws AppError `notFound`, `promoField.*`, `price.*`
     */
    async set(
      scope: TenantScope,
      actor: Actor,
      { id, field, text }: { id: number; field: PromoField; text: string },
    ): Promise<void> {
      await change(scope, actor, id, async ({ db, audit }, promo) => {
        const data = readPromoField(field, text);
        const goesOn = 'kind' in data && promo.gift === null ? { isActive: true } : {};
        await db.promoCode.update({ where: { id }, data: { ...data, ...goesOn } });
        audit(actor, 'promo.changed', { promo: id, bot: scope.botId });
      });
    },

    async setAudience(
      scope: TenantScope,
      actor: Actor,
      { id, audience }: { id: number; audience: Audience },
    ): Promise<void> {
      await change(scope, actor, id, async ({ db, audit }) => {
        await db.promoCode.update({ where: { id }, data: { audience } });
        audit(actor, 'promo.changed', { promo: id, bot: scope.botId });
      });
    },

    /** The code is for this plan too, or no longer. @throws AppError `notFound` */
    async togglePlan(
      scope: TenantScope,
      actor: Actor,
      { id, planId }: { id: number; planId: number },
    ): Promise<void> {
      await change(scope, actor, id, async ({ db, audit }) => {
        const plan = await db.plan.count({
          where: { id: planId, archivedAt: null, isTrial: false, channel: { botId: scope.botId } },
        });
        const { count } = await db.promoCodePlan.deleteMany({ where: { promoCodeId: id, planId } });
        if (count === 0) {
          if (plan === 0) throw new AppError('notFound');
          await db.promoCodePlan.create({ data: { promoCodeId: id, planId } });
        }
        audit(actor, 'promo.changed', { promo: id, bot: scope.botId });
      });
    },

    /** @throws AppError `notFound`, `promo.noKind` */
    async switchCode(
      scope: TenantScope,
      actor: Actor,
      { id, isActive }: { id: number; isActive: boolean },
    ): Promise<void> {
      await change(scope, actor, id, async ({ db, audit }, promo) => {
        if (isActive && promo.gift === null) throw new AppError('promo.noKind');
        await db.promoCode.update({ where: { id }, data: { isActive } });
        audit(actor, isActive ? 'promo.on' : 'promo.off', { promo: id, bot: scope.botId });
      });
    },

    /** @throws AppError `notFound` */
    async remove(scope: TenantScope, actor: Actor, id: number): Promise<void> {
      await change(scope, actor, id, async ({ db, now, audit }) => {
        await db.promoCode.update({ where: { id }, data: { removedAt: now, isActive: false } });
        audit(actor, 'promo.removed', { promo: id, bot: scope.botId });
      });
    },
  };

  /** Under the code's lock, which whoever chooses with it takes as well. Heard again, it changes nothing. */
  async function change(
    scope: TenantScope,
    actor: Actor,
    id: number,
    how: (work: Work, promo: PromoCode) => Promise<void>,
  ): Promise<void> {
    await transact(async (work) => {
      await requireMay(work.db, scope, actor, 'shop');
      await work.db.$queryRaw`
        SELECT id FROM promo_codes WHERE id = ${id} AND user_bot_id = ${scope.botId} FOR UPDATE`;
      const promo = await getCode(work.db, scope, id);
      if (await work.once(actor.act)) await how(work, promo);
    });
  }
}

async function getCode(db: Db, { botId }: TenantScope, id: number): Promise<PromoCode> {
  const row = await db.promoCode.findFirst({ where: { id, botId, ...OWNERS }, ...WITH_PLANS });
  if (!row) throw new AppError('notFound');
  return toPromoCode(row);
}

async function requireRoom(db: Db, { botId }: TenantScope): Promise<void> {
  const live = await db.promoCode.count({ where: { botId, ...OWNERS } });
  if (live >= MAX_LIVE_CODES) throw new AppError('promo.tooMany', { max: MAX_LIVE_CODES });
}

function toPromoCode(row: Row): PromoCode {
  const day = (date: Date | null) => date?.toISOString().slice(0, 10) ?? null;
  return {
    id: row.id,
    code: row.code,
    gift: toGift(row),
    maxUses: row.maxUses,
    perPerson: row.perPerson,
    startsOn: day(row.startsOn),
    endsOn: day(row.endsOn),
    audience: row.audience as Audience,
    isActive: row.isActive,
    planIds: row.plans.map(({ planId }) => planId),
  };
}

/** By the books. */
async function readResults(db: Db, id: number, now: Date): Promise<PromoResults> {
  const [row] = await db.$queryRaw<
    (Omit<PromoResults, 'discount' | 'turnover'> & { discount: Prisma.Decimal; turnover: Prisma.Decimal })[]
  >`
    SELECT (SELECT count(*)::int FROM end_users e WHERE e.promo_code_id = pc.id AND e.user_bot_id = pc.user_bot_id
             AND e.promo_until > ${now}) AS attached,
           count(u.id) FILTER (WHERE u.status = 'reserved')::int AS reserved,
           count(u.id) FILTER (WHERE u.status = 'used')::int AS used,
           count(DISTINCT u.end_user_id) FILTER (WHERE u.status = 'used')::int AS people,
           coalesce(sum(u.discount) FILTER (WHERE u.status = 'used'), 0) AS discount,
           coalesce(sum(p.amount) FILTER (WHERE u.status = 'used'), 0) AS turnover,
           (SELECT count(*)::int FROM payments r
             WHERE r.user_bot_id = pc.user_bot_id AND r.status = 'approved' AND NOT r.is_test
               AND NOT EXISTS (SELECT FROM promo_uses x WHERE x.payment_id = r.id AND x.promo_code_id = pc.id)
               AND EXISTS (SELECT FROM promo_uses x WHERE x.promo_code_id = pc.id AND x.end_user_id = r.end_user_id
                                                      AND x.status = 'used' AND x.used_at < r.approved_at)) AS renewals
      FROM promo_codes pc
      LEFT JOIN promo_uses u ON u.promo_code_id = pc.id
      LEFT JOIN payments p ON p.id = u.payment_id
     WHERE pc.id = ${id} GROUP BY pc.id`;
  if (!row) throw new AppError('notFound');
  return { ...row, discount: fromDecimal(row.discount), turnover: fromDecimal(row.turnover) };
}
