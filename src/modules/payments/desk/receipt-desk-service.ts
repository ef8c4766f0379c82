import { Prisma, type PrismaClient } from '../../../infra/prisma-client/client.ts';
import { type Actor, requireOwner, requireOwnerOf } from '../../../kernel/actor.ts';
import { readBounded } from '../../../kernel/bounded-read.ts';
import { AppError } from '../../../kernel/errors.ts';
import { isForgotten, type TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork } from '../../../kernel/unit-of-work.ts';
import type { Clock } from '../../../shared/clock.ts';
import { statesBefore } from '../payment.ts';
import type { PaymentStatus } from '../payment-status.ts';
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

export type DeskDecision = { id: number } & (
  | { action: 'approve' }
  | { action: 'reject'; reason: string }
  | { action: 'reject'; text: string }
);

/** What became of one of several decisions; where it was refused, how the receipt stands now. */
export type DeskResult = { id: number } & (
  | { status: PaymentStatus }
  | { error: AppError; receipt: DeskReceipt | null }
);

type Decided = { id: number } & ({ status: PaymentStatus } | { error: AppError });

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
}) {
  const { prisma, transact, clock, timeZone, reviews } = deps;

  /** Those that wait, the oldest first; those that are decided, the newest first. @throws AppError `tooBroad` */
  async function list(
    scope: TenantScope,
    actor: Actor,
    filter: DeskFilter,
    { after, limit }: { after: DeskPlace | null; limit: number },
  ): Promise<{ items: DeskReceipt[]; next: DeskPlace | null; total: number | null }> {
    requireOwnerOf(scope, actor);
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
    requireOwnerOf(scope, actor);
    const [receipt] = await look(scope, [paymentId]);
    if (!receipt) throw new AppError('notFound');
    const history = await readPayerRecord(prisma, receipt, { now: clock.now(), timeZone });
    return { ...receipt, history };
  }

  /**
   * Decides several that wait, one by one: what became of one changes nothing for the others.
   * @returns what became of each, in their order
   */
  async function decideEach(
    scope: TenantScope,
    actor: Actor,
    decisions: readonly DeskDecision[],
  ): Promise<DeskResult[]> {
    requireOwnerOf(scope, actor);
    const decided: Decided[] = [];
    for (const decision of decisions) decided.push(await decideOne(scope, actor, decision));
    const refused = decided.filter((one) => 'error' in one);
    const receipts = await look(
      scope,
      refused.map(({ id }) => id),
    );
    const standing = new Map(receipts.map((receipt) => [receipt.id, receipt]));
    return decided.map((one) => ('error' in one ? { ...one, receipt: standing.get(one.id) ?? null } : one));
  }

  async function decideOne(scope: TenantScope, actor: Actor, decision: DeskDecision): Promise<Decided> {
    const { id } = decision;
    try {
      const { status } = await decide(scope, actor, decision);
      return { id, status };
    } catch (error) {
      if (error instanceof AppError) return { id, error };
      throw error;
    }
  }

  function decide(scope: TenantScope, actor: Actor, decision: DeskDecision) {
    const { id: paymentId } = decision;
    if (decision.action === 'approve') return reviews.approveUnseen(scope, actor, paymentId);
    return 'text' in decision
      ? reviews.rejectPaymentInWords(scope, actor, { paymentId, words: decision.text })
      : reviews.rejectPayment(scope, actor, { paymentId, reason: decision.reason });
  }

  /** The file of a receipt, and which bot may read it. @throws AppError `notFound`, `receipt.unavailable` once it is forgotten */
  async function findFile(
    scope: TenantScope,
    actor: Actor,
    paymentId: number,
  ): Promise<{ telegramBotId: bigint; fileId: string }> {
    requireOwnerOf(scope, actor);
    const row = await prisma.payment.findFirst({
      where: { id: paymentId, botId: scope.botId, receiptAt: { not: null } },
      select: { receiptFileId: true },
    });
    if (!row) throw new AppError('notFound');
    if (row.receiptFileId === null) throw new AppError('receipt.unavailable');
    return { telegramBotId: scope.telegramBotId, fileId: row.receiptFileId };
  }

  /** The seller bot shows the owner a receipt in their chat. @throws AppError `notFound`, `receipt.unavailable` */
  async function showInChat(scope: TenantScope, actor: Actor, paymentId: number): Promise<void> {
    await findFile(scope, actor, paymentId);
    await transact(async ({ db, enqueue }) => {
      await requireOwner(db, scope, actor);
      enqueue({ kind: 'review-show', botId: scope.botId, payload: { paymentId } });
    });
  }

  return { list, open, decideEach, findFile, showInChat };
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
