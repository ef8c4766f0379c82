import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireModerator } from '../../kernel/actor.ts';
import { readBounded } from '../../kernel/bounded-read.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimal } from '../../shared/money.ts';
import { personMatches } from '../end-users/end-user.ts';
import type { Owner } from '../owners/owner.ts';
import { toOwner } from '../owners/owner-service.ts';
import { toReceiptFile } from '../receipts/receipt.ts';
import type { TariffPaymentStatus } from './tariff.ts';
import type { TariffPurpose } from './tariff-gateway.ts';
import { toPurpose, WITH_PURPOSE } from './tariff-messages.ts';

/** A receipt for the platform as its desk shows it. */
export interface DeskTariff {
  id: number;
  status: TariffPaymentStatus;
  purpose: TariffPurpose;
  /** Tiyin. */
  amount: bigint;
  owner: Owner & { blockedAt: Date | null };
  createdAt: Date;
  receipt: { kind: 'photo' | 'document'; isKept: boolean };
  note: string | null;
  /** `by`: the moderator's name; null where it is not known any more. */
  decision: { at: Date; by: string | null } | null;
}

/** With what to know before deciding. */
export interface DeskTariffWithHistory extends DeskTariff {
  history: {
    approved: number;
    rejected: number;
    /** Null: free. */
    paidUntil: Date | null;
    recent: {
      id: number;
      status: TariffPaymentStatus;
      purpose: TariffPurpose;
      amount: bigint;
      at: Date;
    }[];
  };
}

export interface TariffDeskFilter {
  state: 'waiting' | 'decided';
  /** A number, or an owner's name, @username or Telegram id. */
  q?: string | undefined;
}

/** Where a list goes on. */
export interface TariffPlace {
  at: Date;
  id: number;
}

type Row = Prisma.TariffPaymentGetPayload<{ include: typeof WITH_PURPOSE }>;

const RECENT = 5;

/** Receipts for the platform, as moderators decide them. To anybody else nothing of it exists. */
export function createTariffDeskService(deps: {
  prisma: PrismaClient;
  clock: Clock;
  moderatorIds: readonly bigint[];
  /** Whoever sent one sent it to this bot. */
  mainBotId: bigint;
}) {
  const { prisma, clock, moderatorIds, mainBotId } = deps;

  /** Those that wait, the oldest first; those decided, the newest. @throws AppError `tooBroad` */
  async function list(
    actor: Actor,
    filter: TariffDeskFilter,
    { after, limit }: { after: TariffPlace | null; limit: number },
  ): Promise<{ items: DeskTariff[]; next: TariffPlace | null; total: number }> {
    requireModerator(actor, moderatorIds);
    const isWaiting = filter.state === 'waiting';
    // What was decided by a program of before says of an approval alone when.
    const at = isWaiting
      ? Prisma.sql`t.created_at`
      : Prisma.sql`coalesce(t.decided_at, t.approved_at, t.created_at)`;
    const order = isWaiting ? Prisma.sql`at, id` : Prisma.sql`at DESC, id DESC`;
    const isAfter =
      after === null
        ? Prisma.sql`TRUE`
        : isWaiting
          ? Prisma.sql`(at, id) > (${after.at}, ${after.id})`
          : Prisma.sql`(at, id) < (${after.at}, ${after.id})`;
    const found = Prisma.sql`
      SELECT t.id, ${at} AS at FROM tariff_payments t
        JOIN user_admins o ON o.id = t.user_admin_id
       WHERE t.status ${isWaiting ? Prisma.sql`=` : Prisma.sql`<>`} 'pending' AND ${searched(filter.q)}`;
    const [places, [counted]] = await readBounded(prisma, async (db) => [
      await db.$queryRaw<TariffPlace[]>`
        SELECT id, at FROM (${found}) f WHERE ${isAfter} ORDER BY ${order} LIMIT ${limit + 1}`,
      await db.$queryRaw<[{ total: number }]>`SELECT count(*)::int AS total FROM (${found}) f`,
    ]);
    const shown = places.slice(0, limit);
    return {
      items: await read(shown.map(({ id }) => id)),
      next: places.length > limit ? (shown.at(-1) ?? null) : null,
      total: counted.total,
    };
  }

  /** In the order of their ids given. */
  async function read(ids: readonly number[]): Promise<DeskTariff[]> {
    const rows = await prisma.tariffPayment.findMany({
      where: { id: { in: [...ids] } },
      include: WITH_PURPOSE,
    });
    const names = await readModerators(rows);
    return ids.flatMap((id) => rows.filter((row) => row.id === id)).map((row) => toDeskTariff(row, names));
  }

  async function readModerators(rows: readonly Row[]): Promise<ReadonlyMap<bigint, string>> {
    const ids = rows.flatMap(({ reviewedBy }) => reviewedBy ?? []);
    const people = await prisma.owner.findMany({ where: { telegramUserId: { in: ids } } });
    return new Map(people.map(({ telegramUserId, fullName }) => [telegramUserId, fullName]));
  }

  /** @throws AppError `notFound` */
  async function open(actor: Actor, id: number): Promise<DeskTariffWithHistory> {
    requireModerator(actor, moderatorIds);
    const [tariff] = await read([id]);
    if (!tariff) throw new AppError('notFound');
    const ofOwner = { ownerId: tariff.owner.id, id: { not: id } };
    const [recent, counts, running] = await Promise.all([
      prisma.tariffPayment.findMany({
        where: ofOwner,
        include: WITH_PURPOSE,
        orderBy: { id: 'desc' },
        take: RECENT,
      }),
      prisma.tariffPayment.groupBy({ by: ['status'], where: ofOwner, _count: true }),
      prisma.tariffPeriod.findFirst({
        where: { ownerId: tariff.owner.id, status: 'active', expiresAt: { gt: clock.now() } },
      }),
    ]);
    const count = (status: TariffPaymentStatus) =>
      counts.find((group) => group.status === status)?._count ?? 0;
    return {
      ...tariff,
      history: {
        approved: count('approved'),
        rejected: count('rejected'),
        paidUntil: running?.expiresAt ?? null,
        recent: recent.map((row) => ({ ...toBasics(row), at: row.createdAt })),
      },
    };
  }

  /** @throws AppError `notFound`, `receipt.unavailable` once it is kept no more */
  async function findFile(actor: Actor, id: number): Promise<{ telegramBotId: bigint; fileId: string }> {
    requireModerator(actor, moderatorIds);
    const row = await prisma.tariffPayment.findUnique({ where: { id } });
    if (!row) throw new AppError('notFound');
    const file = toReceiptFile(row);
    if (!file) throw new AppError('receipt.unavailable');
    return { telegramBotId: mainBotId, fileId: file.fileId };
  }

  return { list, open, findFile };
}

/** A condition on receipts `t` of owners `o`. */
function searched(typed = ''): Prisma.Sql {
  if (typed.trim() === '') return Prisma.sql`TRUE`;
  const id = /^[№#]?\s*(\d{1,10})$/u.exec(typed.trim())?.[1];
  const isNumber = id === undefined ? Prisma.sql`FALSE` : Prisma.sql`t.id = ${BigInt(id)}::bigint`;
  return Prisma.sql`(${personMatches(typed)} OR ${isNumber})`;
}

function toBasics(row: Row) {
  return {
    id: row.id,
    // The database knows no other words.
    status: row.status as TariffPaymentStatus,
    purpose: toPurpose(row),
    amount: fromDecimal(row.amount),
  };
}

function toDeskTariff(row: Row, moderators: ReadonlyMap<bigint, string>): DeskTariff {
  const { decidedAt, approvedAt, createdAt, reviewedBy } = row;
  const by = reviewedBy === null ? null : (moderators.get(reviewedBy) ?? null);
  return {
    ...toBasics(row),
    owner: { ...toOwner(row.owner), blockedAt: row.owner.blockedAt },
    createdAt,
    receipt: {
      kind: row.receiptKind === 'document' ? 'document' : 'photo',
      isKept: row.receiptFileId !== null,
    },
    note: row.receiptNote,
    decision: row.status === 'pending' ? null : { at: decidedAt ?? approvedAt ?? createdAt, by },
  };
}
