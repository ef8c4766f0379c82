import type { Fernet } from '../../infra/crypto/fernet.ts';
import { type Prepared, preparedBatchLoader, type RunPrepared } from '../../infra/postgres/prepared.ts';
import type { MerchantAccount, PrismaClient } from '../../infra/prisma-client/client.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS, MINUTE_MS } from '../../shared/durations.ts';
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
  /** When a call of theirs was last accepted; null: none was, or calls were refused since. */
  lastAcceptedAt: Date | null;
}

/** Providers call several times a sale: that a call was accepted is noted no more often. */
const NOTE_ACCEPTED_EVERY_MS = MINUTE_MS;

/** A row of refused calls that is older than this is another one. */
const ROW_OF_REFUSALS = '1 hour';

const WITH_KEYS = { removedAt: null, encryptedSecrets: { not: null } } as const;
const WITH_BOT = { bot: { include: { owner: { select: { telegramUserId: true } } } } } as const;

/** Every account of a bot that has keys: of bots that run first, then the newest. Accounts that were removed are none. */
const CANDIDATES: Prepared = {
  name: 'merchant-accounts-with-keys',
  text: `
    SELECT q.n, json_agg(json_build_object(
             'id', a.id, 'details', a.details, 'encryptedSecrets', a.encrypted_secrets, 'ikpu', a.ikpu,
             'packageCode', a.package_code, 'vatPercent', a.vat_percent, 'lastAcceptedAt', a.last_accepted_at,
             'refusedCalls', a.refused_calls, 'botId', b.id, 'username', b.bot_username, 'isRemoved', b.removed_at IS NOT NULL,
             'ownerId', o.id, 'ownerTelegramUserId', o.telegram_id::text
           ) ORDER BY b.removed_at DESC NULLS FIRST, a.id DESC) AS candidates
      FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY q(telegram_bot_id, provider, n)
      JOIN user_bots b ON b.telegram_bot_id = q.telegram_bot_id
      JOIN user_admins o ON o.id = b.user_admin_id
      JOIN merchant_accounts a ON a.user_bot_id = b.id
     WHERE a.provider = q.provider AND a.removed_at IS NULL AND a.encrypted_secrets IS NOT NULL
     GROUP BY q.n`,
};

/** As `CANDIDATES` gives it. */
interface CandidateRow extends Omit<AccountColumns, 'lastAcceptedAt'> {
  lastAcceptedAt: string | null;
  botId: number;
  username: string;
  isRemoved: boolean;
  ownerId: number;
  ownerTelegramUserId: string;
}

type AccountColumns = Pick<
  MerchantAccount,
  | 'id'
  | 'details'
  | 'encryptedSecrets'
  | 'ikpu'
  | 'packageCode'
  | 'vatPercent'
  | 'lastAcceptedAt'
  | 'refusedCalls'
>;

export type MerchantDirectory = ReturnType<typeof createMerchantDirectory>;

/** Within that hour: fewer may be a tester's, or somebody's who tries. */
const REFUSALS_TO_TELL = 10;

/** Where the keys of accounts are read. */
export function createMerchantDirectory({
  prisma,
  read,
  transact,
  fernet,
  clock,
}: {
  prisma: PrismaClient;
  read: RunPrepared;
  transact: UnitOfWork;
  fernet: Fernet;
  clock: Clock;
}) {
  const find = preparedBatchLoader<[bigint, Provider], { candidates: CandidateRow[] }>(read, CANDIDATES);

  async function findCandidates<P extends Provider>(
    telegramBotId: bigint,
    provider: P,
  ): Promise<MerchantCandidate<P>[]> {
    const found = await find(telegramBotId, provider);
    return (found?.candidates ?? []).flatMap((row) => {
      const { botId: id, username, ownerId, ownerTelegramUserId, isRemoved, lastAcceptedAt } = row;
      const owner = { telegramUserId: BigInt(ownerTelegramUserId) };
      const scope = toTenantScope({ id, telegramBotId, username, ownerId, owner });
      const account = { ...row, lastAcceptedAt: lastAcceptedAt === null ? null : new Date(lastAcceptedAt) };
      return toCandidate(provider, account, { scope, isRemoved }) ?? [];
    });
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
    if (!row) return null;
    return toCandidate(provider, row, {
      scope: toTenantScope(row.bot),
      isRemoved: row.bot.removedAt !== null,
    });
  }

  function toCandidate<P extends Provider>(
    provider: P,
    row: AccountColumns,
    bot: Pick<MerchantCandidate, 'scope' | 'isRemoved'>,
  ): MerchantCandidate<P> | null {
    if (row.encryptedSecrets === null) return null;
    return {
      ...bot,
      accountId: row.id,
      details: readDetails(provider, row.details),
      secrets: readSecrets(fernet.decrypt(row.encryptedSecrets)),
      fiscal: toFiscalData(row),
      lastAcceptedAt: row.refusedCalls === 0 ? row.lastAcceptedAt : null,
    };
  }

  /** That a call was accepted: the owner sees it, and a row of refusals ends. */
  async function noteAccepted({
    accountId,
    lastAcceptedAt,
  }: Pick<MerchantCandidate, 'accountId' | 'lastAcceptedAt'>): Promise<void> {
    const now = clock.now();
    const before = new Date(now.getTime() - NOTE_ACCEPTED_EVERY_MS);
    if (lastAcceptedAt !== null && lastAcceptedAt > before && lastAcceptedAt <= now) return;
    // Another call of the same moment may have noted it.
    await prisma.$executeRaw`
      UPDATE merchant_accounts SET last_accepted_at = ${now}, refused_calls = 0, refused_since = NULL
       WHERE id = ${accountId} AND (refused_calls > 0 OR last_accepted_at IS NULL OR last_accepted_at <= ${before} OR last_accepted_at > ${now})`;
  }

  /** That nobody's key opened any of these: the owner sees when that was last, and is told where it goes on. */
  async function noteRefused(accountIds: readonly number[]): Promise<void> {
    if (accountIds.length === 0) return;
    const now = clock.now();
    const ids = [...accountIds];
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

  return { findCandidates, findAccount, noteAccepted, noteRefused };
}
