import type { Fernet } from '../../infra/crypto/fernet.ts';
import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { CONNECTION_NOTICES } from './connection-notices.ts';
import {
  type FiscalData,
  type MerchantDetails,
  type MerchantSecrets,
  type Provider,
  readDetails,
  readSecrets,
  toFiscalData,
} from './merchant-account.ts';

/** An account that a call may be for: the one whose key it brings is. */
export interface MerchantCandidate<P extends Provider = Provider> {
  accountId: number;
  scope: TenantScope;
  details: MerchantDetails[P];
  secrets: MerchantSecrets;
  /** Null: nothing is said of it. */
  fiscal: FiscalData | null;
  /** Of a bot that its owner has removed; another owner's may have the same id at Telegram since. */
  isRemoved: boolean;
}

/** A row of refused calls that is older than this is another one. */
const ROW_OF_REFUSALS = '1 hour';

const WITH_KEYS = { removedAt: null, encryptedSecrets: { not: null } } as const;
const WITH_BOT = { bot: { include: { owner: { select: { telegramUserId: true } } } } } as const;
type AccountRow = Prisma.MerchantAccountGetPayload<{ include: typeof WITH_BOT }>;

export type MerchantDirectory = ReturnType<typeof createMerchantDirectory>;

/** Within that hour: fewer may be a tester's, or somebody's who tries. */
const REFUSALS_TO_TELL = 10;

/** Where the keys of accounts are read. */
export function createMerchantDirectory({
  prisma,
  transact,
  fernet,
  clock,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  fernet: Fernet;
  clock: Clock;
}) {
  /** Every account of a bot that has keys: of bots that run first, then the newest. Accounts that were removed are none. */
  async function findCandidates<P extends Provider>(
    telegramBotId: bigint,
    provider: P,
  ): Promise<MerchantCandidate<P>[]> {
    const rows = await prisma.merchantAccount.findMany({
      where: { ...WITH_KEYS, provider, bot: { telegramBotId } },
      include: WITH_BOT,
      orderBy: [{ bot: { removedAt: { sort: 'desc', nulls: 'first' } } }, { id: 'desc' }],
    });
    return rows.flatMap((row) => toCandidate(provider, row) ?? []);
  }

  /** An account by its id; null where it was removed, or has no keys. */
  async function findAccount<P extends Provider>(
    accountId: number,
    provider: P,
  ): Promise<MerchantCandidate<P> | null> {
    const row = await prisma.merchantAccount.findFirst({
      where: { ...WITH_KEYS, provider, id: accountId },
      include: WITH_BOT,
    });
    return row && toCandidate(provider, row);
  }

  function toCandidate<P extends Provider>(provider: P, row: AccountRow): MerchantCandidate<P> | null {
    if (row.encryptedSecrets === null) return null;
    return {
      accountId: row.id,
      scope: toTenantScope(row.bot),
      details: readDetails(provider, row.details),
      secrets: readSecrets(fernet.decrypt(row.encryptedSecrets)),
      fiscal: toFiscalData(row),
      isRemoved: row.bot.removedAt !== null,
    };
  }

  /** What the owner sees of their provider's calls: the last of each kind, and how many were refused in a row. */
  async function noteCalls(accountIds: readonly number[], outcome: 'accepted' | 'refused'): Promise<void> {
    if (accountIds.length === 0) return;
    const now = clock.now();
    const ids = [...accountIds];
    if (outcome === 'accepted') {
      await prisma.merchantAccount.updateMany({
        where: { id: { in: ids } },
        data: { lastAcceptedAt: now, refusedCalls: 0, refusedSince: null },
      });
      return;
    }
    const rows = await prisma.$queryRaw<{ id: number; calls: number }[]>`
      UPDATE merchant_accounts a
         SET last_refused_at = q.now,
             refused_calls = CASE WHEN q.goes_on THEN a.refused_calls + 1 ELSE 1 END,
             refused_since = CASE WHEN q.goes_on THEN a.refused_since ELSE q.now END
        FROM (SELECT id, ${now}::timestamptz AS now,
                     coalesce(refused_since > ${now}::timestamptz - ${ROW_OF_REFUSALS}::interval, false) AS goes_on
                FROM merchant_accounts WHERE id = ANY(${ids}::int[]) ORDER BY id FOR UPDATE) q
       WHERE a.id = q.id
      RETURNING a.id, a.refused_calls AS calls`;
    const failing = rows.filter(({ calls }) => calls >= REFUSALS_TO_TELL);
    if (failing.length > 0) await tellOwners(failing.map(({ id }) => id));
  }

  /** Once a day, however long it goes on. */
  async function tellOwners(accountIds: number[]): Promise<void> {
    await transact(async (work) => {
      const { db, now } = work;
      const told = await db.merchantAccount.updateManyAndReturn({
        where: {
          id: { in: accountIds },
          refusedCalls: { gte: REFUSALS_TO_TELL },
          OR: [{ refusalsToldAt: null }, { refusalsToldAt: { lte: new Date(now.getTime() - DAY_MS) } }],
        },
        data: { refusalsToldAt: now },
        include: { bot: true },
      });
      for (const { id, bot } of told) {
        tell(work, CONNECTION_NOTICES.connectionRefused, ownerOf(bot), { accountId: id });
      }
    });
  }

  return { findCandidates, findAccount, noteCalls };
}
