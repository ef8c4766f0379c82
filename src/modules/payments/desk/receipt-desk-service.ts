import { Prisma, type PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { readBounded } from '../../../kernel/bounded-read.ts';
import { AppError } from '../../../kernel/errors.ts';
import { type Outcome, oneByOne } from '../../../kernel/one-by-one.ts';
import { requireMay, requireMayRead } from '../../../kernel/rights.ts';
import { isForgotten, type TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork } from '../../../kernel/unit-of-work.ts';
import type { Clock } from '../../../shared/clock.ts';
import { findManagerId } from '../../team/team-queries.ts';
import { statesBefore } from '../payment.ts';
import type { PaymentStatus } from '../payment-status.ts';
import type { TakeBackService } from '../refunds/take-back-service.ts';
import type { ReviewService } from '../review-service.ts';
import { type PayerRecord, readPayerRecord } from './payer-record.ts';
import { isSearched, opens } from './payment-filter.ts';
import { type PaymentRecord, readRecords } from './payment-records.ts';
import { type ReceiptFlag, readFlags } from './receipt-flags.ts';

/** A receipt as the desk lists it. */
export interface DeskReceipt extends PaymentRecord {
  receiptAt: Date;
  receipt: NonNullable<PaymentRecord['receipt']>;
  flags: ReceiptFlag[];
  can: ReceiptAction[];
}

export type ReceiptAction = 'approve' | 'reject' | 'revert';

/** Where a list goes on: when the last one came or was decided, and its id. */
export interface DeskPlace {
  at: Date;
  id: number;
}

export interface DeskFilter {
  state: 'waiting' | 'decided';
  chat?: number | undefined;
  q?: string | undefined;
}

/** Why one is rejected: a ready reason's name, or the owner's own words. */
type Why = { reason: string } | { text: string };

export type DeskDecision = { id: number } & ({ action: 'approve' } | ({ action: 'reject' } & Why));

/** Beyond it nobody counts them one by one; to count so many costs less than to show a page of them. */
const MOST_COUNTED = 10_000;

const WAITING = Prisma.sql`p.status = 'pending'`;
const DECIDED = Prisma.sql`p.status IN ('approved', 'rejected', 'reversed') AND p.decided_at IS NOT NULL`;

/** The receipts of a bot, to be looked at and decided many at a time. */
export function createReceiptDeskService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  timeZone: string;
  reviews: ReviewService;
  takeBacks: TakeBackService;
}) {
  const { prisma, transact, clock, timeZone, reviews, takeBacks } = deps;

  /** Those that wait, the oldest first; those that are decided, the newest first. @throws AppError `tooBroad` */
  async function list(
    scope: TenantScope,
    actor: Actor,
    filter: DeskFilter,
    { after, limit }: { after: DeskPlace | null; limit: number },
  ): Promise<{ items: DeskReceipt[]; next: DeskPlace | null; total: number | null }> {
    await requireMayRead(prisma, scope, actor, 'receipts');
    const { places, counted } = await readBounded(prisma, async (db) => {
      const where = await receiptsWhere(db, scope, filter);
      const { at, order, beyond } = wayOf(filter.state);
      const since = after ? Prisma.sql`AND (${at}, p.id) ${beyond} (${after.at}, ${after.id})` : Prisma.empty;
      const found = await db.$queryRaw<DeskPlace[]>`
        SELECT p.id, ${at} AS at FROM payments p WHERE ${where} ${since}
         ORDER BY ${at} ${order}, p.id ${order} LIMIT ${limit + 1}`;
      const [row] = await db.$queryRaw<{ total: number }[]>`
        SELECT count(*)::int AS total FROM (SELECT FROM payments p WHERE ${where} LIMIT ${MOST_COUNTED + 1}) counted`;
      return { places: found, counted: row?.total ?? 0 };
    });
    const shown = places.slice(0, limit);
    return {
      items: await look(
        scope,
        shown.map(({ id }) => id),
      ),
      next: places.length > limit ? (shown.at(-1) ?? null) : null,
      total: counted > MOST_COUNTED ? null : counted,
    };
  }

  async function look(scope: TenantScope, ids: readonly number[]): Promise<DeskReceipt[]> {
    const records = await readRecords(prisma, scope, ids);
    const flags = await readFlags(prisma, scope, records, clock.now());
    return records.flatMap((record) => {
      const { receipt, receiptAt } = record;
      if (!receipt || !receiptAt) return [];
      return { ...record, receipt, receiptAt, flags: flags.get(record.id) ?? [], can: allowedOn(record) };
    });
  }

  /** @throws AppError `notFound` of what never had a receipt, too */
  async function open(
    scope: TenantScope,
    actor: Actor,
    paymentId: number,
  ): Promise<DeskReceipt & { history: PayerRecord }> {
    await requireMayRead(prisma, scope, actor, 'receipts');
    const [receipt] = await look(scope, [paymentId]);
    if (!receipt) throw new AppError('notFound');
    const history = await readPayerRecord(prisma, receipt, { now: clock.now(), timeZone });
    return { ...receipt, history };
  }

  /** Approves one that was looked at. @throws AppError `notFound` of what has no receipt, or as the review service */
  async function approve(scope: TenantScope, actor: Actor, paymentId: number): Promise<void> {
    await requireReceipt(scope, actor, paymentId);
    await reviews.approvePayment(scope, actor, paymentId);
  }

  /** @throws AppError `notFound` of what has no receipt, or as the review service */
  async function reject(
    scope: TenantScope,
    actor: Actor,
    { paymentId, ...why }: { paymentId: number } & Why,
  ): Promise<PaymentStatus> {
    await requireReceipt(scope, actor, paymentId);
    const { status } =
      'text' in why
        ? await reviews.rejectPaymentInWords(scope, actor, { paymentId, words: why.text })
        : await reviews.rejectPayment(scope, actor, { paymentId, reason: why.reason });
    return status;
  }

  /**
   * Takes an approval back, or asks the provider that has its money to return that first.
   * @throws AppError `notFound` of what has no receipt, `payment.<status>`
   */
  async function takeBack(scope: TenantScope, actor: Actor, paymentId: number): Promise<void> {
    await requireReceipt(scope, actor, paymentId);
    await takeBacks.confirm(scope, actor, paymentId);
  }

  /**
   * Decides several that wait, one by one: what became of one changes nothing for the others.
   * @returns what became of each, in their order
   */
  async function decideEach(
    scope: TenantScope,
    actor: Actor,
    decisions: readonly DeskDecision[],
  ): Promise<Outcome<PaymentStatus>[]> {
    await requireMayRead(prisma, scope, actor, 'receipts');
    return oneByOne(decisions, (decision) => decide(scope, actor, decision));
  }

  async function decide(scope: TenantScope, actor: Actor, decision: DeskDecision): Promise<PaymentStatus> {
    const { id: paymentId } = decision;
    if (decision.action === 'reject') return reject(scope, actor, { paymentId, ...decision });
    await requireReceipt(scope, actor, paymentId);
    const { status } = await reviews.approveUnseen(scope, actor, paymentId);
    return status;
  }

  /** How some stand now; of what is not there, or has no receipt, there is nothing. */
  async function readEach(
    scope: TenantScope,
    actor: Actor,
    paymentIds: readonly number[],
  ): Promise<DeskReceipt[]> {
    await requireMayRead(prisma, scope, actor, 'receipts');
    return look(scope, paymentIds);
  }

  /** What has no receipt is none of this desk's. @throws AppError `notFound` */
  async function requireReceipt(
    scope: TenantScope,
    actor: Actor,
    paymentId: number,
  ): Promise<{ receiptFileId: string | null }> {
    await requireMayRead(prisma, scope, actor, 'receipts');
    const row = await prisma.payment.findFirst({
      where: { id: paymentId, botId: scope.botId, receiptAt: { not: null } },
      select: { receiptFileId: true },
    });
    if (!row) throw new AppError('notFound');
    return row;
  }

  /** The file of a receipt, and which bot may read it. @throws AppError `notFound`, `receipt.unavailable` once it is forgotten */
  async function findFile(
    scope: TenantScope,
    actor: Actor,
    paymentId: number,
  ): Promise<{ telegramBotId: bigint; fileId: string }> {
    const { receiptFileId: fileId } = await requireReceipt(scope, actor, paymentId);
    if (fileId === null) throw new AppError('receipt.unavailable');
    return { telegramBotId: scope.telegramBotId, fileId };
  }

  /** The seller bot shows whoever asks a receipt in their chat. @throws AppError `notFound`, `receipt.unavailable` */
  async function showInChat(scope: TenantScope, actor: Actor, paymentId: number): Promise<void> {
    await findFile(scope, actor, paymentId);
    await transact(async ({ db, enqueue }) => {
      await requireMay(db, scope, actor, 'receipts');
      const managerId = await findManagerId(db, scope, actor);
      enqueue({ kind: 'review-show', botId: scope.botId, payload: { paymentId, managerId } });
    });
  }

  return { list, open, approve, reject, takeBack, decideEach, readEach, findFile, showInChat };
}

async function receiptsWhere(db: Db, { botId }: TenantScope, { state, chat, q }: DeskFilter) {
  const conditions = [
    Prisma.sql`p.user_bot_id = ${botId} AND NOT p.is_test AND p.receipt_at IS NOT NULL`,
    state === 'waiting' ? WAITING : DECIDED,
    ...(chat === undefined ? [] : [opens(chat)]),
    ...(q === undefined || q.trim() === '' ? [] : [await isSearched(db, botId, q)]),
  ];
  return Prisma.join(conditions, ' AND ');
}

function wayOf(state: DeskFilter['state']) {
  return state === 'waiting'
    ? { at: Prisma.sql`p.receipt_at`, order: Prisma.sql`ASC`, beyond: Prisma.sql`>` }
    : { at: Prisma.sql`p.decided_at`, order: Prisma.sql`DESC`, beyond: Prisma.sql`<` };
}

/** What can become of it now; nothing is given to whoever is banned or forgotten. */
function allowedOn({ status, payer }: PaymentRecord): ReceiptAction[] {
  const isWelcome = !payer.banned && !isForgotten(payer);
  const next = (to: PaymentStatus) => statesBefore(to).includes(status);
  return [
    ...(next('approved') && isWelcome ? ['approve' as const] : []),
    ...(next('rejected') ? ['reject' as const] : []),
    ...(next('reversed') ? ['revert' as const] : []),
  ];
}
