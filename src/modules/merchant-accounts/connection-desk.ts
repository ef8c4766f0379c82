import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireModerator } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { MAX_SERIAL } from '../../shared/digits.ts';
import type { Page } from '../../shared/page.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import type { Owner } from '../owners/owner.ts';
import { toOwner } from '../owners/owner-service.ts';
import { type Checklist, readChecklists } from './checklist.ts';
import { CONNECTION_NOTICES, type Connection, toConnection } from './connection-notices.ts';

/** A connection in the list of moderators. */
export interface ListedConnection extends Connection {
  feePaidAt: Date | null;
  keysSetAt: Date | null;
  liveAt: Date | null;
}

/** One connection as moderators see it: everything but its keys. */
export interface ConnectionPage extends ListedConnection {
  owner: Owner & { blockedAt: Date | null };
  /** Whether a receipt for the fee is under review. */
  feeWaits: boolean;
  enabled: boolean;
  checklist: Checklist;
  lastAcceptedAt: Date | null;
  lastRefusedAt: Date | null;
}

const PER_PAGE = 10;
/** Of bots that somebody still has: with the others nothing can be done any more. */
const IN_USE = { removedAt: null, bot: { removedAt: null } } as const;
const WITH_OWNER = { bot: { include: { owner: true } } } as const;
type Row = Prisma.MerchantAccountGetPayload<{ include: typeof WITH_OWNER }>;

/** What moderators do about the providers that owners connect. To anybody else nothing of it exists: `notFound`. */
export function createConnectionDesk(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  moderatorIds: readonly bigint[];
}) {
  const { prisma, transact, moderatorIds } = deps;

  /**
   * Those that wait to be opened to buyers first, then the others; the newest of each.
   * @param before `0`, or the `next` of the page before
   */
  async function list(
    actor: Actor,
    before: string,
    { state, limit = PER_PAGE }: { state?: 'waiting' | 'live' | undefined; limit?: number } = {},
  ): Promise<Page<ConnectionPage>> {
    requireModerator(actor, moderatorIds);
    const [waits, beforeId] = readPlace(before);
    const inState =
      state === undefined ? Prisma.sql`TRUE` : Prisma.sql`(a.live_at IS NULL) = ${state === 'waiting'}`;
    const ids = await prisma.$queryRaw<{ id: number }[]>`
      SELECT a.id FROM merchant_accounts a JOIN user_bots b ON b.id = a.user_bot_id
       WHERE a.removed_at IS NULL AND b.removed_at IS NULL AND ${inState}
         AND (a.live_at IS NULL, a.id) < (${waits}, ${beforeId}::int)
       ORDER BY a.live_at IS NULL DESC, a.id DESC LIMIT ${limit + 1}`;
    const rows = await prisma.merchantAccount.findMany({
      where: { id: { in: ids.map(({ id }) => id) } },
      include: WITH_OWNER,
    });
    const shown = ids.slice(0, limit).flatMap(({ id }) => rows.filter((row) => row.id === id));
    const items = await toPages(shown);
    const last = items.at(-1);
    return { items, next: ids.length > limit && last ? placeOf(last) : null };
  }

  /** @throws AppError `notFound` */
  async function open(actor: Actor, accountId: number): Promise<ConnectionPage> {
    requireModerator(actor, moderatorIds);
    const [page] = await toPages([await find(prisma, accountId)]);
    if (!page) throw new AppError('notFound');
    return page;
  }

  /** In as many statements for one as for a hundred. */
  async function toPages(rows: readonly Row[]): Promise<ConnectionPage[]> {
    const [waiting, checklists] = await Promise.all([
      // It may wait since before the provider was removed and connected again.
      prisma.tariffPayment.findMany({
        where: { status: 'pending', merchantAccount: { botId: { in: rows.map(({ botId }) => botId) } } },
        select: { merchantAccount: { select: { botId: true, provider: true } } },
      }),
      readChecklists(prisma, rows),
    ]);
    return rows.flatMap((row, index) => {
      const checklist = checklists[index];
      if (!checklist) return [];
      const { botId, provider, enabled, lastAcceptedAt, lastRefusedAt } = row;
      const isOfThis = ({ merchantAccount: account }: (typeof waiting)[number]) =>
        account?.botId === botId && account.provider === provider;
      const owner = { ...toOwner(row.bot.owner), blockedAt: row.bot.owner.blockedAt };
      const feeWaits = waiting.some(isOfThis);
      return [{ ...toListed(row), owner, feeWaits, enabled, checklist, lastAcceptedAt, lastRefusedAt }];
    });
  }

  /** Whose it is: for what a moderator does in their place. @throws AppError `notFound` */
  async function scopeOf(
    actor: Actor,
    accountId: number,
  ): Promise<{ scope: TenantScope; provider: Connection['provider'] }> {
    requireModerator(actor, moderatorIds);
    const row = await find(prisma, accountId);
    return { scope: toTenantScope(row.bot), provider: toConnection(row).provider };
  }

  /** No fee is asked for; what was paid stays paid. @throws AppError `notFound` */
  const waiveFee = (actor: Actor, accountId: number) =>
    change(actor, accountId, async (work, row) => {
      if (row.feePaidAt) return;
      await work.db.merchantAccount.update({ where: { id: row.id }, data: { feePaidAt: work.now } });
      tell(work, CONNECTION_NOTICES.connectionPaid, ownerOf(row.bot), { accountId });
      work.audit(actor, 'provider.fee-waived', { account: row.id, bot: row.botId });
    });

  /** From now on buyers may choose it, if its owner lets them. @throws AppError `notFound`, `connection.noKeys` */
  const goLive = (actor: Actor, accountId: number) =>
    change(actor, accountId, async (work, row) => {
      if (row.liveAt) return;
      if (row.encryptedSecrets === null) throw new AppError('connection.noKeys');
      await work.db.merchantAccount.update({ where: { id: row.id }, data: { liveAt: work.now } });
      tell(work, CONNECTION_NOTICES.connectionLive, ownerOf(row.bot), { accountId });
      work.audit(actor, 'provider.live', { account: row.id, bot: row.botId });
    });

  /** Hidden from buyers at once; what runs goes on, and calls are answered. @throws AppError `notFound` */
  const backToTest = (actor: Actor, accountId: number) =>
    change(actor, accountId, async (work, row) => {
      if (!row.liveAt) return;
      await work.db.merchantAccount.update({ where: { id: row.id }, data: { liveAt: null } });
      work.audit(actor, 'provider.test', { account: row.id, bot: row.botId });
    });

  async function change(
    actor: Actor,
    accountId: number,
    decide: (work: Work, row: Row) => Promise<void>,
  ): Promise<void> {
    requireModerator(actor, moderatorIds);
    await transact(async (work) => {
      // Locked: nobody enters keys, pays or removes it beside us.
      await work.db.$queryRaw`SELECT id FROM merchant_accounts WHERE id = ${accountId} FOR UPDATE`;
      const row = await find(work.db, accountId);
      if (await work.once(actor.act)) await decide(work, row);
    });
  }

  return { list, open, scopeOf, waiveFee, goLive, backToTest };
}

async function find(db: PrismaClient | Prisma.TransactionClient, id: number): Promise<Row> {
  const row = await db.merchantAccount.findFirst({ where: { id, ...IN_USE }, include: WITH_OWNER });
  if (!row) throw new AppError('notFound');
  return row;
}

function toListed(row: Row): ListedConnection {
  const { feePaidAt, keysSetAt, liveAt } = row;
  return { ...toConnection(row), feePaidAt, keysSetAt, liveAt };
}

/** `w12`: after the 12th among those that wait; `l12`: among those that are live. */
const placeOf = ({ accountId, liveAt }: ListedConnection) => `${liveAt ? 'l' : 'w'}${accountId}`;

function readPlace(cursor: string): [waits: boolean, beforeId: number] {
  const [, kind, id] = /^([wl])(\d{1,10})$/.exec(cursor) ?? [];
  const beforeId = Number(id);
  return kind !== undefined && beforeId <= MAX_SERIAL ? [kind === 'w', beforeId] : [true, MAX_SERIAL];
}
