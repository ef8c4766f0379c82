import type { Fernet } from '../../infra/crypto/fernet.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import type { Clock } from '../../shared/clock.ts';
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

export type MerchantDirectory = ReturnType<typeof createMerchantDirectory>;

/** Where the keys of accounts are read. */
export function createMerchantDirectory({
  prisma,
  fernet,
  clock,
}: {
  prisma: PrismaClient;
  fernet: Fernet;
  clock: Clock;
}) {
  /** Every account of a bot that has keys: of bots that run first, then the newest. Accounts that were removed are none. */
  async function findCandidates<P extends Provider>(
    telegramBotId: bigint,
    provider: P,
  ): Promise<MerchantCandidate<P>[]> {
    const rows = await prisma.merchantAccount.findMany({
      where: { provider, removedAt: null, encryptedSecrets: { not: null }, bot: { telegramBotId } },
      include: { bot: { include: { owner: { select: { telegramUserId: true } } } } },
      orderBy: [{ bot: { removedAt: { sort: 'desc', nulls: 'first' } } }, { id: 'desc' }],
    });
    return rows.flatMap((row) =>
      row.encryptedSecrets === null
        ? []
        : [
            {
              accountId: row.id,
              scope: toTenantScope(row.bot),
              details: readDetails(provider, row.details),
              secrets: readSecrets(fernet.decrypt(row.encryptedSecrets)),
              fiscal: toFiscalData(row),
              isRemoved: row.bot.removedAt !== null,
            },
          ],
    );
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
    await prisma.$executeRaw`
      UPDATE merchant_accounts a
         SET last_refused_at = q.now,
             refused_calls = CASE WHEN q.goes_on THEN a.refused_calls + 1 ELSE 1 END,
             refused_since = CASE WHEN q.goes_on THEN a.refused_since ELSE q.now END
        FROM (SELECT id, ${now}::timestamptz AS now,
                     coalesce(refused_since > ${now}::timestamptz - ${ROW_OF_REFUSALS}::interval, false) AS goes_on
                FROM merchant_accounts WHERE id = ANY(${ids}::int[]) FOR UPDATE) q
       WHERE a.id = q.id`;
  }

  return { findCandidates, noteCalls };
}
