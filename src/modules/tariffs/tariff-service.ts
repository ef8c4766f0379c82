import type { Language } from '../../infra/i18n/i18n.ts';
import { type Prepared, preparedBatchLoader, type RunPrepared } from '../../infra/postgres/prepared.ts';
import type { PrismaClient, TariffPayment } from '../../infra/prisma-client/client.ts';
import { type Actor, type OwnerActor, type Pressed, requireModerator } from '../../kernel/actor.ts';
import type { DueItem } from '../../kernel/due-item.ts';
import { AppError } from '../../kernel/errors.ts';
import { isForgotten, type TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { fromDecimal, fromDecimalString, toDecimalString } from '../../shared/money.ts';
import { moderator, ownerOf, type Recipient, type SentMessage } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { lockActingOwner, lockOwner } from '../owners/owner-queries.ts';
import { readSettings } from '../platform/platform-settings.ts';
import { type Receipt, toReceiptColumns } from '../receipts/receipt.ts';
import { WARNING_MARKS_MS } from '../subscriptions/subscription.ts';
import {
  type Advertisement,
  type AdvertisementRow,
  advertisementColumns,
  toAdvertisement,
} from './advertisement.ts';
import { settleConnection } from './connection-fee-service.ts';
import { isTariffMonths, TARIFF_MONTHS, type TariffMonths } from './tariff.ts';
import type { TariffPurpose, TariffReviewContent } from './tariff-gateway.ts';
import {
  enqueueTariffReview,
  noteTariffCopy,
  toPurpose,
  toReviewContent,
  WITH_PURPOSE,
} from './tariff-messages.ts';
import { TARIFF_NOTICES } from './tariff-notices.ts';
import { addTariffTime } from './tariff-queries.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** An owner has paid the platform for a tariff. */
    tariffApproved: { ownerId: number };
  }
}

export interface TariffPage {
  /** Null: free. */
  paidUntil: Date | null;
  /** Tiyin; null: not on sale yet. */
  prices: { months: TariffMonths; price: bigint | null }[];
}

export interface TariffOffer {
  months: TariffMonths;
  /** Tiyin. */
  amount: bigint;
  cardNumber: string;
  cardHolder: string;
}

/** A receipt that a moderator decides. */
export interface WaitingTariff {
  id: number;
  owner: { id: number; fullName: string; username: string | null; telegramUserId: bigint };
  purpose: TariffPurpose;
  amount: bigint;
  createdAt: Date;
}

/** For whoever has come for the first time, and for owners in their own bot: others see it with the window. */
const ADVERTISEMENT: Prepared = {
  name: 'advertisement',
  text: `
    SELECT q.n, ${advertisementColumns({ ownerId: 'q.owner_id', language: 'q.language', now: 'q.now' })}
      FROM unnest($1::int[], $2::text[], $3::timestamptz[]) WITH ORDINALITY q(owner_id, language, now, n)`,
};

/** The receipt for a connection waits beside it, and is in nobody's way. */
const WAITING = { status: 'pending', purpose: 'tariff' } as const;

const priceName = (months: TariffMonths) => `price${months}` as const;

export interface TariffServiceDeps {
  prisma: PrismaClient;
  read: RunPrepared;
  transact: UnitOfWork;
  clock: Clock;
  moderatorIds: readonly bigint[];
  timeZone: string;
}

export type TariffService = ReturnType<typeof createTariffService>;

export function createTariffService(deps: TariffServiceDeps) {
  const { prisma, read, transact, clock, moderatorIds, timeZone } = deps;
  const findAdvertisement = preparedBatchLoader<[number, Language, Date], AdvertisementRow>(
    read,
    ADVERTISEMENT,
  );

  const activeTariff = ({ telegramUserId }: OwnerActor) => ({
    owner: { telegramUserId },
    status: 'active',
    OR: [{ expiresAt: null }, { expiresAt: { gt: clock.now() } }],
  });

  async function openPage(actor: OwnerActor): Promise<TariffPage> {
    const [active, settings] = await Promise.all([
      prisma.tariffPeriod.findFirst({ where: activeTariff(actor) }),
      readSettings(prisma, ['card', ...TARIFF_MONTHS.map(priceName)]),
    ]);
    return {
      paidUntil: active?.expiresAt ?? null,
      prices: TARIFF_MONTHS.map((months) => {
        const price = settings.get(priceName(months));
        return { months, price: price && settings.has('card') ? fromDecimalString(price) : null };
      }),
    };
  }

  /** What to pay, and where. @throws AppError `tariff.notOnSale`, `tariff.receiptWaits` */
  async function offer({ telegramUserId }: OwnerActor, months: number): Promise<TariffOffer> {
    if (!isTariffMonths(months)) throw new AppError('tariff.notOnSale');
    const [settings, waiting] = await Promise.all([
      readSettings(prisma, ['card', 'holder', priceName(months)]),
      prisma.tariffPayment.count({ where: { owner: { telegramUserId }, ...WAITING } }),
    ]);
    const price = settings.get(priceName(months));
    const cardNumber = settings.get('card');
    if (!price || !cardNumber) throw new AppError('tariff.notOnSale');
    if (waiting > 0) throw new AppError('tariff.receiptWaits');
    return { months, amount: fromDecimalString(price), cardNumber, cardHolder: settings.get('holder') ?? '' };
  }

  /**
   * Takes the receipt for the price that was shown; every moderator gets it.
   * @throws AppError `notFound`, `tariff.notOnSale`, `tariff.receiptWaits`
   */
  async function submitReceipt(
    actor: Pressed<OwnerActor>,
    { months, amount, receipt }: { months: number; amount: bigint; receipt: Receipt },
  ): Promise<void> {
    if (!isTariffMonths(months)) throw new AppError('tariff.notOnSale');
    await transact(async (work) => {
      const { db, now, enqueue } = work;
      const { id: ownerId } = await lockActingOwner(db, actor);
      if (!(await work.once(actor.act))) return;
      const waiting = await db.tariffPayment.count({ where: { ownerId, ...WAITING } });
      if (waiting > 0) throw new AppError('tariff.receiptWaits');
      const row = await db.tariffPayment.create({
        data: {
          ownerId,
          durationMonths: months,
          amount: toDecimalString(amount),
          status: 'pending',
          ...toReceiptColumns(receipt),
          createdAt: now,
        },
      });
      enqueueTariffReview({ enqueue }, row.id, moderatorIds);
    });
  }

  /** The first decision counts. @throws AppError `notFound`, `tariff.decided` */
  async function decide(actor: Actor, id: number, decision: 'approved' | 'rejected'): Promise<void> {
    requireModerator(actor, moderatorIds);
    await transact(async (work) => {
      const before = await work.db.tariffPayment.findUnique({ where: { id }, select: { ownerId: true } });
      if (!before) throw new AppError('notFound');
      await requireKnownOwner(work, before.ownerId);
      const decided = await work.db.tariffPayment.updateManyAndReturn({
        where: { id, status: 'pending' },
        data: {
          status: decision,
          reviewedBy: actor.telegramUserId,
          decidedAt: work.now,
          ...(decision === 'approved' ? { approvedAt: work.now } : {}),
        },
      });
      const row = decided[0];
      if (!row) throw new AppError('tariff.decided');
      work.enqueue({ kind: 'show-tariff-decision', payload: { tariffPaymentId: id } });
      const { ownerId, merchantAccountId } = row;
      if (merchantAccountId === null) await settleTariff(work, row, decision);
      else await settleConnection(work, { ownerId, merchantAccountId }, decision);
      work.audit(actor, `tariff.${decision}`, { 'tariff-payment': id });
    });
  }

  async function settleTariff(
    work: Work,
    { id, ownerId, durationMonths: months, amount }: TariffPayment,
    decision: 'approved' | 'rejected',
  ): Promise<void> {
    if (decision === 'approved' && isTariffMonths(months)) {
      const sold = { ownerId, months, amount: fromDecimal(amount) };
      const extendedFrom = await addTariffTime(work.db, sold, work.now, timeZone);
      await work.db.tariffPayment.update({ where: { id }, data: { extendedFrom } });
      work.publish('tariffApproved', { ownerId });
    }
    const notice = decision === 'approved' ? TARIFF_NOTICES.tariffApproved : TARIFF_NOTICES.tariffRejected;
    tell(work, notice, ownerOf({ ownerId }), { ownerId });
  }

  /**
   * Gives a tariff by hand, or extends by it.
   * @throws AppError `notFound`
   */
  async function grant(
    actor: Actor,
    { ownerId, months }: { ownerId: number; months: number },
  ): Promise<void> {
    requireModerator(actor, moderatorIds);
    if (!isTariffMonths(months)) throw new AppError('notFound');
    await transact(async (work) => {
      await requireKnownOwner(work, ownerId);
      if (!(await work.once(actor.act))) return;
      await addTariffTime(work.db, { ownerId, months, amount: 0n }, work.now, timeZone);
      tell(work, TARIFF_NOTICES.tariffApproved, ownerOf({ ownerId }), { ownerId });
      work.audit(actor, 'tariff.granted', { owner: ownerId });
    });
  }

  async function listWaiting(actor: Actor): Promise<WaitingTariff[]> {
    requireModerator(actor, moderatorIds);
    const rows = await prisma.tariffPayment.findMany({
      where: { status: 'pending' },
      include: WITH_PURPOSE,
      orderBy: { id: 'asc' },
      take: 20,
    });
    return rows.map((row) => ({
      id: row.id,
      owner: row.owner,
      purpose: toPurpose(row),
      amount: fromDecimal(row.amount),
      createdAt: row.createdAt,
    }));
  }

  /** A receipt to be looked at once more. @throws AppError `notFound`, `tariff.decided` */
  async function openReceipt(actor: Actor, id: number): Promise<TariffReviewContent> {
    requireModerator(actor, moderatorIds);
    const row = await prisma.tariffPayment.findUnique({ where: { id }, include: WITH_PURPOSE });
    const content = row && toReviewContent(row);
    if (!content) throw new AppError('notFound');
    if (row.status !== 'pending') throw new AppError('tariff.decided');
    return content;
  }

  /** A copy of a receipt that a moderator asked for: it tells the outcome like the others. */
  async function rememberCopy(
    actor: Actor,
    { id, copy }: { id: number; copy: Pick<SentMessage, 'chatId' | 'messageId'> },
  ): Promise<void> {
    requireModerator(actor, moderatorIds);
    await transact(async ({ db, enqueue }) => {
      await noteTariffCopy(db, id, copy);
      enqueue({ kind: 'show-tariff-decision', payload: { tariffPaymentId: id } });
    });
  }

  async function advertisementFor(scope: TenantScope, language: Language): Promise<Advertisement> {
    const row = await findAdvertisement(scope.ownerId, language, clock.now());
    if (!row) throw new Error('A question without an answer');
    return toAdvertisement(row);
  }

  /** Tariffs that end, or are to be warned of. */
  async function listDue(limit: number): Promise<DueItem[]> {
    const now = clock.now().getTime();
    const rows = await prisma.tariffPeriod.findMany({
      where: {
        status: 'active',
        OR: [
          { expiresAt: { lte: new Date(now) } },
          { notified3Day: false, expiresAt: { lte: new Date(now + WARNING_MARKS_MS.threeDays) } },
          { notified1Day: false, expiresAt: { lte: new Date(now + DAY_MS) } },
        ],
      },
      select: { id: true },
      orderBy: { expiresAt: 'asc' },
      take: limit,
    });
    return rows.map(({ id }) => ({ id, rank: 1 }));
  }

  /** Warns of one tariff's end, or ends it, if that is still due. Owner and moderators are told of both. */
  async function settle(id: number): Promise<void> {
    await transact(async (work) => {
      const before = await work.db.tariffPeriod.findUnique({ where: { id }, select: { ownerId: true } });
      if (!before) return;
      await lockOwner(work.db, before.ownerId);
      const row = await work.db.tariffPeriod.findFirst({ where: { id, status: 'active' } });
      if (!row?.expiresAt) return;
      const leftMs = row.expiresAt.getTime() - work.now.getTime();
      if (leftMs <= 0) {
        await work.db.tariffPeriod.update({ where: { id }, data: { status: 'expired' } });
        return tellAll(row.ownerId, (to) =>
          tell(work, TARIFF_NOTICES.tariffEnded, to, { ownerId: row.ownerId }),
        );
      }
      const isLastDay = leftMs <= WARNING_MARKS_MS.oneDay;
      const isDue = isLastDay ? !row.notified1Day : leftMs <= WARNING_MARKS_MS.threeDays && !row.notified3Day;
      if (!isDue) return;
      await work.db.tariffPeriod.update({
        where: { id },
        data: { notified3Day: true, ...(isLastDay ? { notified1Day: true } : {}) },
      });
      const about = { ownerId: row.ownerId, expiresAt: row.expiresAt.toISOString() };
      tellAll(row.ownerId, (to) => tell(work, TARIFF_NOTICES.tariffEnds, to, about));
    });
  }

  /** Locked: nobody forgets them beside us. */
  async function requireKnownOwner({ db }: Work, ownerId: number): Promise<void> {
    const owner = await lockOwner(db, ownerId);
    if (!owner || isForgotten(owner)) throw new AppError('notFound');
  }

  function tellAll(ownerId: number, tellOne: (to: Exclude<Recipient, { kind: 'endUser' }>) => void): void {
    tellOne(ownerOf({ ownerId }));
    for (const id of moderatorIds) tellOne(moderator(id));
  }

  return {
    openPage,
    offer,
    submitReceipt,
    approve: (actor: Actor, id: number) => decide(actor, id, 'approved'),
    reject: (actor: Actor, id: number) => decide(actor, id, 'rejected'),
    grant,
    listWaiting,
    openReceipt,
    rememberCopy,
    advertisementFor,
    listDue,
    settle,
  };
}
