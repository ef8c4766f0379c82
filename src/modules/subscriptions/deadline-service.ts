import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import type { DueItem } from '../../kernel/due-item.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { IS_FREE } from '../free-list/free-member.ts';
import { endUserOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { END_NOTICES, type ToldEnds } from './end-notices.ts';
import { endAtItsTime } from './ending.ts';
import { GRACE_DAYS, keepPlace } from './grace.ts';
import { HAS_BEGUN, isHeld, listNearEnds, type NearEnd, RENEWS_ITSELF } from './near-ends.ts';
import { endsAt, hasBegun, PLACE_HELD_MS, WARNING_MARKS_MS } from './subscription.ts';
import { lockEndUser } from './subscription-queries.ts';

/** As `endsAt`, of a subscription `d`; the partial index is on it. */
const ENDS_AT = Prisma.sql`coalesce(d.grace_until, d.expires_at)`;

/** Keeps every date of members: warnings before the end, the end, and that of the grace after it. */
export function createDeadlineService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  timeZone: string;
}) {
  const { prisma, transact, clock, timeZone } = deps;

  /**
   * Active subscriptions that were delivered and whose time, or grace, is up, and whose holder waits for no decision: the
   * grace begins nevertheless. Reads the partial index.
   */
  async function listEnded(limit: number): Promise<DueItem[]> {
    const now = clock.now();
    // Mostly nothing has ended, and to plan what else is asked takes Postgres twenty times as long as to see that.
    const ended = await prisma.$queryRaw<unknown[]>`
      SELECT d.id FROM subscriptions d WHERE d.status = 'active' AND ${ENDS_AT} <= ${now} ORDER BY ${ENDS_AT} LIMIT 1`;
    if (ended.length === 0) return [];
    const heldNoLonger = new Date(now.getTime() - PLACE_HELD_MS);
    const rows = await prisma.$queryRaw<{ id: number; rank: bigint }[]>`
      SELECT s.id, row_number() OVER (PARTITION BY c.user_bot_id ORDER BY s.ends_at) AS rank
        FROM (SELECT d.id, d.channel_id, ${ENDS_AT} AS ends_at FROM subscriptions d
               WHERE d.status = 'active' AND ${ENDS_AT} <= ${now} AND ${HAS_BEGUN}
                 AND (${ENDS_AT} <= ${heldNoLonger} OR NOT ${isHeld(now)}
                      OR (d.grace_until IS NULL AND ${GRACE_DAYS} > 0))
               ORDER BY ${ENDS_AT} LIMIT ${limit}) s
        JOIN channels c ON c.id = s.channel_id`;
    return rows.map(({ id, rank }) => ({ id, rank: Number(rank) }));
  }

  /** Active subscriptions with a warning to give. Reads the partial index. */
  async function listToWarn(limit: number): Promise<DueItem[]> {
    const now = clock.now();
    const oneDay = new Date(now.getTime() + WARNING_MARKS_MS.oneDay);
    const threeDays = new Date(now.getTime() + WARNING_MARKS_MS.threeDays);
    const rows = await prisma.$queryRaw<{ id: number; rank: bigint }[]>`
      SELECT s.id, row_number() OVER (PARTITION BY c.user_bot_id ORDER BY s.expires_at) AS rank
        FROM (SELECT d.id, d.channel_id, d.expires_at FROM subscriptions d
                JOIN channels dc ON dc.id = d.channel_id JOIN user_bots b ON b.id = dc.user_bot_id AND b.is_active
               WHERE d.status = 'active' AND d.expires_at > ${now} AND d.expires_at <= ${threeDays} AND ${HAS_BEGUN}
                 AND NOT ${RENEWS_ITSELF} AND NOT ${IS_FREE}
                 AND (NOT d.notified_3day OR (NOT d.notified_1day AND d.expires_at <= ${oneDay}))
               ORDER BY d.expires_at LIMIT ${limit}) s
        JOIN channels c ON c.id = s.channel_id`;
    return rows.map(({ id, rank }) => ({ id, rank: Number(rank) }));
  }

  /** Ends one subscription if its time is still up, or begins its grace; quietly does nothing otherwise. */
  async function endSubscription(id: number): Promise<void> {
    await transact(async (work) => {
      const subscription = await readLocked(work, id);
      if (!subscription || endsAt(subscription) > work.now) return;
      const [own, ...others] = await listNearEnds(work, subscription);
      if (beginsGrace(own)) {
        // Whoever waits for a decision is not told; then nobody else of them is, and their own time comes.
        const told = own.isHeld ? [] : others.filter((one) => beginsGrace(one) && !one.isHeld);
        for (const one of [own, ...told]) one.graceUntil = await keepPlace(work, one, timeZone);
        if (endsAt(own) > work.now) {
          if (!own.isHeld) tellEnds(work, 'graceBegan', subscription, told);
          return;
        }
      }
      if (own.isHeld && endsAt(own).getTime() > work.now.getTime() - PLACE_HELD_MS) return;
      await endAtItsTime(work, { ...subscription, graceUntil: own.graceUntil }, subscription.channel.botId);
      if (own.notifiedEnd || own.isFree) return;
      const told = others.filter(
        (one) => !one.isFree && !one.notifiedEnd && !beginsGrace(one) && (own.isHeld || !one.isHeld),
      );
      if (told.length > 0) {
        const toldOf = { id: { in: idsOf(told) } };
        await work.db.subscription.updateMany({ where: toldOf, data: { notifiedEnd: true } });
      }
      tellEnds(work, 'subscriptionEnded', subscription, told);
    });
  }

  /** Gives one warning if it is still due: within the last day only that one, and both marks count as passed. */
  async function warn(id: number): Promise<void> {
    await transact(async (work) => {
      const subscription = await readLocked(work, id);
      if (!subscription || subscription.expiresAt <= work.now) return;
      const left = subscription.expiresAt.getTime() - work.now.getTime();
      const isLastDay = left <= WARNING_MARKS_MS.oneDay;
      const isWarned = (one: Pick<NearEnd, 'notified3Day' | 'notified1Day'>) =>
        isLastDay ? one.notified1Day : one.notified3Day;
      if (left > WARNING_MARKS_MS.threeDays || isWarned(subscription)) return;
      const [own, ...others] = await listNearEnds(work, subscription);
      // Whoever is charged by themselves, or stays anyway, has nothing to do.
      if (own.renewsItself || own.isFree) return;
      const told = others.filter(
        (one) => !one.renewsItself && !one.isFree && one.expiresAt > work.now && !isWarned(one),
      );
      await work.db.subscription.updateMany({
        where: { id: { in: idsOf([own, ...told]) } },
        data: { notified3Day: true, ...(isLastDay ? { notified1Day: true } : {}) },
      });
      tellEnds(work, 'subscriptionEnds', subscription, told);
    });
  }

  return { listEnded, listToWarn, endSubscription, warn };
}

const idsOf = (ends: readonly NearEnd[]) => ends.map(({ id }) => id);

/** Its place is kept from its end on, and that has not begun. */
function beginsGrace({ graceUntil, graceDays }: NearEnd): boolean {
  return graceUntil === null && graceDays > 0;
}

function tellEnds(
  work: Work,
  kind: keyof typeof END_NOTICES,
  subscription: NonNullable<Awaited<ReturnType<typeof readLocked>>>,
  others: readonly NearEnd[],
): void {
  const { id: subscriptionId, expiresAt, channel } = subscription;
  const about: ToldEnds = {
    subscriptionId,
    expiresAt: expiresAt.toISOString(),
    ...(others.length === 0
      ? {}
      : {
          others: others.map((one) => ({ subscriptionId: one.id, expiresAt: one.expiresAt.toISOString() })),
        }),
  };
  tell(work, END_NOTICES[kind], endUserOf(subscription), about, { botId: channel.botId });
}

/** An active subscription whose time runs or is up; a lifetime is none. */
async function readLocked({ db }: Work, id: number) {
  const where = { id, status: 'active' };
  const before = await db.subscription.findFirst({
    where,
    select: { endUserId: true, channel: { select: { botId: true } } },
  });
  if (!before) return null;
  await lockEndUser(db, before.endUserId, before.channel.botId);
  const row = await db.subscription.findFirst({ where, include: { channel: { select: { botId: true } } } });
  return row?.expiresAt && hasBegun(row) ? { ...row, expiresAt: row.expiresAt } : null;
}
