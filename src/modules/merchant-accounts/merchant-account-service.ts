import { z } from 'zod';
import type { ClickApi, KeyCheck } from '../../infra/click-api.ts';
import type { Fernet } from '../../infra/crypto/fernet.ts';
import { sealJson, unsealJson } from '../../infra/crypto/sealed-json.ts';
import type {
  MerchantAccount as MerchantAccountRow,
  PrismaClient,
} from '../../infra/prisma-client/client.ts';
import {
  type Actor,
  isModerator,
  type ModeratorActor,
  type OwnerActor,
  requireOwner,
  requireOwnerOf,
  type TeamActor,
} from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { type AccountPage, listAccounts, type MethodsPage, readAccountPage } from './account-page.ts';
import { tellConnectionReady } from './connection-notices.ts';
import { type FiscalAnswers, toFiscalColumns } from './fiscal-questions.ts';
import { type KeyAnswers, toClickKeys, toMerchantKeys } from './key-questions.ts';
import { type Provider, readSecrets, writeSecrets } from './merchant-account.ts';

const KEY_ANSWERS = z.array(z.string().nullable());

/** What comes next for whoever connects a provider. */
export type NextStep =
  | { step: 'needsAddress' | 'needsTariff' }
  /** What it costs, whether it is on sale, and whether a receipt waits is asked of the fee itself. */
  | { step: 'fee' | 'keys' | 'connected'; accountId: number };

/** What owners do with the accounts that their bots have at providers. */
export function createMerchantAccountService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  fernet: Fernet;
  clickApi: Pick<ClickApi, 'checkKeys'>;
  moderatorIds: readonly bigint[];
  /** Undefined: bots are polled, and nobody can call. */
  serverUrl: string | undefined;
  /** The same for every cashbox. */
  paymeLogin: string;
}) {
  const { prisma, transact, clock, fernet, clickApi, moderatorIds, serverUrl, paymeLogin } = deps;

  async function openMethods(scope: TenantScope, actor: Actor): Promise<MethodsPage> {
    requireOwnerOf(scope, actor);
    const [bot, accounts, tariff] = await Promise.all([
      prisma.sellerBot.findUniqueOrThrow({ where: { id: scope.botId }, select: { cardEnabled: true } }),
      listAccounts(prisma, scope.botId),
      hasTariff(prisma, scope, clock.now()),
    ]);
    return {
      isCardEnabled: bot.cardEnabled,
      hasTariff: tariff,
      hasAddress: serverUrl !== undefined,
      accounts,
    };
  }

  /** Null: none is connected. */
  async function openAccount(
    scope: TenantScope,
    actor: Actor,
    provider: Provider,
  ): Promise<AccountPage | null> {
    requireOwnerOf(scope, actor);
    const row = await findAccount(prisma, scope, provider);
    if (!row) return null;
    return readAccountPage(prisma, row, hasTestKey(row));
  }

  function hasTestKey({ encryptedSecrets, provider }: MerchantAccountRow): boolean {
    if (encryptedSecrets === null) return false;
    // Click has one key for both worlds.
    return provider === 'click' || readSecrets(fernet.decrypt(encryptedSecrets)).test !== null;
  }

  /** Where this installation is called; null: nowhere. */
  function addressOf({ telegramBotId }: TenantScope, provider: Provider): string | null {
    return serverUrl === undefined ? null : `${serverUrl}/${provider}/${telegramBotId}`;
  }

  /**
   * Begins to connect a provider, or goes on with it. What was paid for it at this bot before is paid.
   * @throws AppError `notFound`, `ownerBanned`
   */
  async function connect(scope: TenantScope, actor: OwnerActor, provider: Provider): Promise<NextStep> {
    return transact(async (work) => {
      const { db, now } = work;
      const owner = await requireOwner(db, scope, actor);
      const known = await lockAccount(work, scope, provider);
      if (known?.encryptedSecrets) return { step: 'connected', accountId: known.id };
      if (serverUrl === undefined) return { step: 'needsAddress' };
      if (known?.feePaidAt) return { step: 'keys', accountId: known.id };
      if (owner.banned) throw new AppError('ownerBanned');
      if (!(await hasTariff(db, scope, now))) return { step: 'needsTariff' };
      if (!known && !(await work.once(actor.act))) throw new AppError('oldButton');
      const account = known ?? (await create(work, scope, provider));
      return { step: account.feePaidAt ? 'keys' : 'fee', accountId: account.id };
    });
  }

  async function create(
    { db, now }: Work,
    { botId }: TenantScope,
    provider: Provider,
  ): Promise<MerchantAccountRow> {
    const paid = await db.merchantAccount.findFirst({
      where: { botId, provider, feePaidAt: { not: null } },
      orderBy: { id: 'desc' },
      select: { feePaidAt: true },
    });
    const data = { botId, provider, details: {}, feePaidAt: paid?.feePaidAt ?? null, createdAt: now };
    return db.merchantAccount.create({ data });
  }

  /**
   * Keys take the place of those before them, all at once; Click is asked about its own first.
   * @param actor the owner, or a moderator in their place
   * @returns what Click said of them; null: they are not asked about
   * @throws AppError `connect.wrongKeys`, with nothing stored
   */
  async function setKeys(
    scope: TenantScope,
    actor: OwnerActor | ModeratorActor,
    { accountId, provider, answers }: { accountId: number; provider: Provider; answers: KeyAnswers },
  ): Promise<KeyCheck | null> {
    const ofClick = toClickKeys(provider, answers);
    const checked = ofClick && (await clickApi.checkKeys(ofClick));
    if (checked === 'wrong') throw new AppError('connect.wrongKeys');
    const { details, secrets } = toMerchantKeys(provider, answers, paymeLogin);
    const encryptedSecrets = fernet.encrypt(writeSecrets(secrets));
    await transact(async (work) => {
      if (!isModerator(actor, moderatorIds)) await requireOwner(work.db, scope, actor);
      const account = await lockAccount(work, scope, provider);
      if (account?.id !== accountId) throw new AppError('notFound');
      if (actor.kind === 'owner' && !account.feePaidAt) throw new AppError('notFound');
      if (!(await work.once(actor.act))) return;
      // Whoever was refused with the old ones has new ones now.
      const unrefused = { refusedCalls: 0, refusedSince: null, refusalsToldAt: null };
      await work.db.merchantAccount.update({
        where: { id: accountId },
        data: { details: { ...details }, encryptedSecrets, keysSetAt: work.now, ...unrefused },
      });
      work.audit(actor, 'provider.keys-set', { account: accountId, bot: scope.botId });
      if (!account.liveAt) tellConnectionReady(work, accountId, moderatorIds);
    });
    return checked;
  }

  /** @throws AppError `notFound` where it is not connected */
  async function setFiscal(
    scope: TenantScope,
    actor: OwnerActor,
    { provider, answers }: { provider: Provider; answers: FiscalAnswers },
  ): Promise<void> {
    await change(scope, actor, provider, async ({ db }, { id }) => {
      await db.merchantAccount.update({ where: { id }, data: toFiscalColumns(answers) });
    });
  }

  /** Whether buyers may choose it. What they chose before goes on. @throws AppError `notFound` where it is not connected */
  async function switchProvider(
    scope: TenantScope,
    actor: TeamActor,
    provider: Provider,
    enabled: boolean,
  ): Promise<void> {
    await change(scope, actor, provider, async ({ db, audit }, account) => {
      if (account.enabled === enabled) return;
      await db.merchantAccount.update({ where: { id: account.id }, data: { enabled } });
      audit(actor, enabled ? 'provider.on' : 'provider.off', { account: account.id, bot: scope.botId });
    });
  }

  /** The same of transfers to the owner's card. */
  async function switchCard(scope: TenantScope, actor: TeamActor, cardEnabled: boolean): Promise<void> {
    await transact(async ({ db, audit, once }) => {
      await requireOwner(db, scope, actor);
      if (!(await once(actor.act))) return;
      await db.sellerBot.update({ where: { id: scope.botId }, data: { cardEnabled } });
      audit(actor, 'bot.setting-set', { bot: scope.botId });
    });
  }

  /** Its calls are answered no more; what was paid through it stays, and so does its fee. */
  async function remove(scope: TenantScope, actor: OwnerActor, provider: Provider): Promise<void> {
    await change(scope, actor, provider, async ({ db, now, audit }, { id }) => {
      const gone = { removedAt: now, encryptedSecrets: null };
      await db.merchantAccount.update({ where: { id }, data: gone });
      audit(actor, 'provider.removed', { account: id, bot: scope.botId });
    });
  }

  async function change(
    scope: TenantScope,
    actor: TeamActor,
    provider: Provider,
    decide: (work: Work, account: MerchantAccountRow) => Promise<void>,
  ): Promise<void> {
    await transact(async (work) => {
      await requireOwner(work.db, scope, actor);
      const account = await lockAccount(work, scope, provider);
      if (!account) throw new AppError('notFound');
      if (await work.once(actor.act)) await decide(work, account);
    });
  }

  /** Answers that wait for the others, as whoever looks into the database finds them. */
  const seal = (answers: KeyAnswers): string => sealJson(fernet, answers);

  /** Null: its key was taken away since, so nobody knows them any more. */
  const unseal = (sealed: string): KeyAnswers | null => unsealJson(fernet, sealed, KEY_ANSWERS.parse);

  return {
    openMethods,
    openAccount,
    addressOf,
    connect,
    setKeys,
    setFiscal,
    switchProvider,
    switchCard,
    remove,
    seal,
    unseal,
  };
}

function findAccount(db: Db, { botId }: TenantScope, provider: Provider): Promise<MerchantAccountRow | null> {
  return db.merchantAccount.findFirst({
    where: { botId, provider, removedAt: null, bot: { removedAt: null } },
  });
}

/** The bot's present one: nobody enters keys, opens or removes it beside us. */
async function lockAccount(
  { db }: Work,
  scope: TenantScope,
  provider: Provider,
): Promise<MerchantAccountRow | null> {
  await db.$queryRaw`
    SELECT id FROM merchant_accounts
     WHERE user_bot_id = ${scope.botId} AND provider = ${provider} AND removed_at IS NULL FOR UPDATE`;
  return findAccount(db, scope, provider);
}

/** As the view `payment_methods_offered` asks it. */
export async function hasTariff(db: Db, { ownerId }: TenantScope, now: Date): Promise<boolean> {
  const runs = { status: 'active', OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  return (await db.tariffPeriod.count({ where: { ownerId, ...runs } })) > 0;
}
