import { Prisma } from '../../infra/prisma-client/client.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { dateOf } from '../../shared/calendar.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { toDecimalString } from '../../shared/money.ts';
import { tell } from '../notifications/notice.ts';
import type { Duration } from '../plans/duration.ts';
import { listHearers } from '../team/team-queries.ts';
import { toGift } from './promo-code.ts';
import { PROMO_NOTICES } from './promo-notices.ts';
import { offerFor, type PromoOffer } from './promo-offer.ts';
import {
  type HeldCode,
  IS_HELD,
  IS_TYPED,
  LIVE_CODE,
  PLANS_OF_CODE,
  type PromoState,
  promoState,
  RESERVED_HOURS,
} from './promo-state.ts';

interface Plan {
  id: number;
  channelIds: readonly number[];
  price: bigint;
  duration: Duration;
  isTrial: boolean;
}

/** Somebody, and the plan that they want. */
interface Wish {
  botId: number;
  endUserId: number;
  plan: Plan;
  timeZone: string;
}

interface HeldRow {
  id: number;
  code: string;
  kind: string | null;
  value: Prisma.Decimal | null;
  isTyped: boolean;
  isKept: boolean;
  /** Of theirs alone, and until today or yesterday: they may look at a window that still counts on it. */
  isJustOver: boolean;
  /** They have bought with it. */
  isUsed: boolean;
  planIds: number[];
  state: PromoState;
}

/** A code on which they may have counted, and why it is not the one with which something is chosen. */
export interface UnusedCode {
  code: string;
  why: 'notForPlan' | 'over' | 'usedByYou' | 'reserved';
}

/** What a choice costs: with a code, or without. */
export interface Bargain {
  offer: PromoOffer | null;
  unused: UnusedCode | null;
}

/** Why the code that was at hand is none any more. */
export interface LostCode {
  code: string;
  why: Exclude<PromoState, 'usable'>;
}

/**
 * Takes the best code that somebody holds for a plan, under its lock. The caller holds the lock on the end user, and
 * replaces what they chose of the plan's chats afterwards: what is lost here leaves that as it is.
 * @returns `why` where the typed code can be used no more: it is put away, and nothing may be chosen at another price
 *   than they saw
 */
export async function bargain(work: Work, about: Wish): Promise<Bargain | LostCode> {
  const { plan, endUserId } = about;
  const first = await readHeld(work, about);
  if (first.length === 0) return { offer: null, unused: null };
  await work.db.$queryRaw`
    SELECT id FROM promo_codes WHERE id IN (${Prisma.join(first.map(({ id }) => id))}) ORDER BY id FOR UPDATE`;
  // What is free by the clock is given back before it is counted: nobody can take it up again after that.
  for (const { id } of first) await releaseStale(work, id);
  const held = await readHeld(work, about);
  const typed = held.find(({ isTyped }) => isTyped);
  const own = held.filter(({ isTyped }) => !isTyped);
  if (typed) {
    const why = typed.isKept ? typed.state : 'over';
    if (why !== 'usable') {
      await dropCode(work, endUserId);
      if (typed.isKept && !typed.isUsed) return { code: typed.code, why };
      // Its day is over, or it went with what they bought: nobody counts on it any more, so a word of it will do.
      const unused = { code: typed.code, why: typed.isUsed ? 'usedByYou' : 'over' } as const;
      return { offer: bestOf(own, plan), unused };
    }
  }
  const offer = bestOf(held, plan);
  if (typed) return { offer, unused: offer ? null : { code: typed.code, why: 'notForPlan' } };
  return { offer, unused: lostOwn(own, plan, offer) };
}

/** A code of their own that a window offered a moment ago, better than what is left: reserved by another choice, or over. */
function lostOwn(own: readonly HeldRow[], plan: Plan, left: PromoOffer | null): UnusedCode | null {
  const countedOn = own.filter(({ state, isUsed, isJustOver }) =>
    state === 'over' ? isJustOver && !isUsed : state === 'usedUp' && !isUsed,
  );
  const best = offerFor(countedOn.flatMap(toHeldCode), plan);
  if (!best || (left && left.price <= best.price)) return null;
  const isOver = countedOn.some(({ id, state }) => id === best.code.id && state === 'over');
  return { code: best.code.code, why: isOver ? 'over' : 'reserved' };
}

function bestOf(held: readonly HeldRow[], plan: Plan): PromoOffer | null {
  return offerFor(held.filter(({ state }) => state === 'usable').flatMap(toHeldCode), plan);
}

/** What a plan would cost somebody with what they hold, before they choose how to pay; null: its price. */
export async function quoteFor(work: Work, about: Wish): Promise<PromoOffer | null> {
  const held = await readHeld(work, about);
  const kept = held.filter(({ isTyped, isKept }) => isKept || !isTyped);
  return bestOf(kept, about.plan);
}

function toHeldCode(row: HeldRow): HeldCode[] {
  const gift = toGift(row);
  return gift ? [{ ...row, gift }] : [];
}

/** The code that they typed, and their own, each with its state. */
async function readHeld(
  { db, now }: Pick<Work, 'db' | 'now'>,
  { botId, endUserId, timeZone, plan }: Wish,
): Promise<HeldRow[]> {
  return db.$queryRaw<HeldRow[]>`
    SELECT pc.id, pc.code, pc.kind, pc.value, coalesce(e.promo_until > q.now, false) AS "isKept",
           ${Prisma.raw(IS_TYPED)} AS "isTyped",
           EXISTS (SELECT FROM promo_uses own WHERE own.promo_code_id = pc.id AND own.end_user_id = e.id
                      AND own.status = 'used') AS "isUsed",
           ${Prisma.raw(PLANS_OF_CODE)} AS "planIds", ${Prisma.raw(promoState('of these chats'))} AS state,
           coalesce(pc.end_user_id = e.id AND pc.removed_at IS NULL AND pc.ends_on >= q.today - 1, false) AS "isJustOver"
      FROM end_users e
      JOIN promo_codes pc ON ${Prisma.raw(IS_HELD)}
     CROSS JOIN (SELECT ${now}::timestamptz AS now, ${dateOf(now, timeZone)}::date AS today,
                        ${[...plan.channelIds]}::int[] AS channels) q
     WHERE e.id = ${endUserId} AND e.user_bot_id = ${botId}`;
}

/** What somebody has chosen with a code, whose use they keep when they choose the same plan again. */
export interface KeptChoice {
  paymentId: number;
  paymentMethod: string;
  amount: Prisma.Decimal;
  listPrice: Prisma.Decimal | null;
  discount: Prisma.Decimal | null;
  createdAt: Date;
  /** The code is given to nobody any more. */
  isOver: boolean;
  code: string;
  days: number;
}

/**
 * A code that is off, removed or over since keeps its price for the day of the choice; so does one that they have put away,
 * unless they have typed another. Null where there is none.
 */
export async function findKeptChoice(
  { db, now }: Pick<Work, 'db' | 'now'>,
  { endUserId, planId, timeZone }: { endUserId: number; planId: number; timeZone: string },
): Promise<KeptChoice | null> {
  const since = new Date(now.getTime() - RESERVED_HOURS * HOUR_MS);
  const [kept] = await db.$queryRaw<KeptChoice[]>`
    SELECT p.id AS "paymentId", p.payment_method AS "paymentMethod", p.amount,
           coalesce(p.list_price, u.list_price) AS "listPrice", coalesce(p.discount, u.discount) AS discount,
           p.created_at AS "createdAt", NOT ${Prisma.raw(LIVE_CODE)} AS "isOver", pc.code, u.days
      FROM payments p
      JOIN promo_uses u ON u.payment_id = p.id AND u.status = 'reserved'
      JOIN promo_codes pc ON pc.id = u.promo_code_id
      JOIN end_users e ON e.id = p.end_user_id
     CROSS JOIN (SELECT ${dateOf(now, timeZone)}::date AS today) q
     WHERE p.end_user_id = ${endUserId} AND p.plan_id = ${planId} AND p.status = 'created' AND p.created_at > ${since}
       AND (NOT ${Prisma.raw(LIVE_CODE)}
            OR e.promo_code_id IS NULL OR e.promo_code_id = pc.id OR e.promo_until IS NULL OR e.promo_until <= ${now})`;
  return kept ?? null;
}

/** Puts away the code that somebody typed. */
export async function dropCode({ db }: Pick<Work, 'db'>, endUserId: number): Promise<void> {
  await db.endUser.update({ where: { id: endUserId }, data: { promoCodeId: null, promoUntil: null } });
}

/** A choice was made with a code: it takes one of its uses. The code is locked, see `bargain`. */
export async function reserveUse(
  work: Work,
  { offer, endUserId, paymentId }: { offer: PromoOffer; endUserId: number; paymentId: number },
): Promise<void> {
  const { db, now } = work;
  const { id: promoCodeId } = offer.code;
  await db.promoUse.create({
    data: {
      promoCodeId,
      endUserId,
      paymentId,
      slot: (await findSlot(work, promoCodeId)).slot,
      status: 'reserved',
      discount: toDecimalString(offer.discount),
      days: offer.days,
      reservedAt: now,
    },
  });
}

/** A place that is left under the code's lock; `slot` null where it has no limit. */
async function findSlot(
  { db }: Work,
  promoCodeId: number,
): Promise<{ isLeft: boolean; slot: number | null }> {
  const promo = await db.promoCode.findUniqueOrThrow({
    where: { id: promoCodeId },
    select: { maxUses: true },
  });
  if (promo.maxUses === null) return { isLeft: true, slot: null };
  const [row] = await db.$queryRaw<{ taken: number; slot: number }[]>`
    WITH living AS (SELECT slot FROM promo_uses WHERE promo_code_id = ${promoCodeId} AND status IN ('reserved', 'used'))
    SELECT (SELECT count(*)::int FROM living) AS taken,
           (SELECT min(n)::int FROM generate_series(1, (SELECT count(*) + 1 FROM living)) n
             WHERE NOT EXISTS (SELECT FROM living WHERE slot = n)) AS slot`;
  if (!row) throw new Error('Postgres counted nothing');
  return { isLeft: row.taken < promo.maxUses, slot: row.slot };
}

/** What was rejected, or chosen and not paid for, a day ago gives its place to others. */
async function releaseStale({ db, now }: Work, promoCodeId: number): Promise<void> {
  const since = new Date(now.getTime() - RESERVED_HOURS * HOUR_MS);
  await db.$executeRaw`
    UPDATE promo_uses u SET status = 'released' FROM payments p
     WHERE u.promo_code_id = ${promoCodeId} AND u.status = 'reserved' AND p.id = u.payment_id
       AND ((p.status = 'rejected' AND p.decided_at <= ${since}) OR (p.status = 'created' AND p.created_at <= ${since}))`;
}

/** Uses of all codes that were rejected a day ago. @returns how many */
export async function releaseRejected({ db, now }: { db: Db; now: Date }): Promise<number> {
  const since = new Date(now.getTime() - RESERVED_HOURS * HOUR_MS);
  return db.$executeRaw`
    UPDATE promo_uses u SET status = 'released' FROM payments p
     WHERE u.status = 'reserved' AND p.id = u.payment_id AND p.status = 'rejected' AND p.decided_at <= ${since}`;
}

/** What was rejected of these chats gives its code back: something else is chosen there. */
export async function releaseReplaced(
  { db }: Pick<Work, 'db'>,
  endUserId: number,
  channelIds: readonly number[],
): Promise<void> {
  await db.promoUse.updateMany({
    where: {
      endUserId,
      status: 'reserved',
      payment: { status: 'rejected', chats: { some: { channelId: { in: [...channelIds] } } } },
    },
    data: { status: 'released' },
  });
}

/** Whatever somebody has reserved is free again: they are kept out, or forgotten. */
export async function releaseUsesOf({ db }: Pick<Work, 'db'>, endUserId: number): Promise<void> {
  await db.promoUse.updateMany({ where: { endUserId, status: 'reserved' }, data: { status: 'released' } });
}

/** A use, and whether it takes a place. */
export interface PassedUse {
  id: number;
  status: string;
}

/** The use that a payment holds, so that it can pass as it is to the one that takes its place; null where there is none. */
export async function holdUse({ db }: Work, paymentId: number): Promise<PassedUse | null> {
  const [use] = await db.$queryRaw<PassedUse[]>`
    SELECT id, status FROM promo_uses WHERE payment_id = ${paymentId} FOR UPDATE`;
  return use ?? null;
}

export async function passUse({ db }: Work, { id, status }: PassedUse, paymentId: number): Promise<void> {
  await db.promoUse.update({ where: { id }, data: { paymentId, status } });
}

/** The same to an order in Stars, which it does not change: only so that its price is not lost to whoever goes back. */
export async function keepBesideStars(
  { db }: Work,
  { id, status }: PassedUse,
  { paymentId, listPrice }: { paymentId: number; listPrice: Prisma.Decimal | null },
): Promise<void> {
  await db.promoUse.update({ where: { id }, data: { paymentId, status, listPrice } });
}

/** What was paid in Stars was paid without it: it is free again, as if it had never been chosen. */
export async function dropUnused({ db }: Work, paymentId: number): Promise<void> {
  await db.promoUse.deleteMany({ where: { paymentId, status: 'reserved' } });
}

/**
 * A payment is approved: its use counts. One that was free again after a rejection takes a place if one is left; else the
 * price stands, and the code is not counted.
 * @param rejectedAt when it was rejected before; null where it was not
 * @returns what the code adds; null where the payment has none, or no days of it
 */
export async function countUse(
  work: Work,
  {
    ownerId,
    botId,
    paymentId,
    rejectedAt,
  }: { ownerId: number; botId: number; paymentId: number; rejectedAt: Date | null },
): Promise<{ useId: number; days: number } | null> {
  const { db, now } = work;
  const known = await db.promoUse.findUnique({ where: { paymentId } });
  if (!known) return null;
  const { promoCodeId } = known;
  await db.$queryRaw`SELECT id FROM promo_codes WHERE id = ${promoCodeId} FOR UPDATE`;
  const use = await db.promoUse.findUniqueOrThrow({ where: { paymentId } });
  const since = new Date(now.getTime() - RESERVED_HOURS * HOUR_MS);
  const isHeld = use.status === 'reserved' && (rejectedAt === null || rejectedAt > since);
  if (isHeld) {
    await db.promoUse.update({ where: { id: use.id }, data: { status: 'used', usedAt: now } });
  } else {
    if (use.status === 'reserved') {
      await db.promoUse.update({ where: { id: use.id }, data: { status: 'released' } });
    }
    await releaseStale(work, promoCodeId);
    const { isLeft, slot } = await findSlot(work, promoCodeId);
    if (isLeft) {
      await db.promoUse.update({ where: { id: use.id }, data: { status: 'used', usedAt: now, slot } });
    }
  }
  await tellIfUsedUp(work, { ownerId, botId, promoCodeId });
  return use.days > 0 ? { useId: use.id, days: use.days } : null;
}

/** Once, when the last use of an owner's code is paid for. */
async function tellIfUsedUp(
  work: Work,
  { ownerId, botId, promoCodeId }: { ownerId: number; botId: number; promoCodeId: number },
): Promise<void> {
  const { db } = work;
  const promo = await db.promoCode.findUniqueOrThrow({ where: { id: promoCodeId } });
  if (promo.maxUses === null || promo.endUserId !== null) return;
  const used = await db.promoUse.count({ where: { promoCodeId, status: 'used' } });
  if (used < promo.maxUses) return;
  const key = `promo-used-up:${promoCodeId}:${promo.maxUses}`;
  for (const to of await listHearers(db, { botId, ownerId }, 'shop')) {
    tell(work, PROMO_NOTICES.promoUsedUp, to, { promoCodeId }, { key: `${key}:${to.ownerId}`, botId });
  }
}
