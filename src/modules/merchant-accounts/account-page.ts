import type { MerchantAccount as MerchantAccountRow } from '../../infra/prisma-client/client.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { type Checklist, readChecklist } from './checklist.ts';
import { PROVIDERS, type Provider } from './merchant-account.ts';

/** How far a bot is with a provider, as its owner sees it in the list of methods. */
export interface AccountAtAGlance {
  accountId: number;
  provider: Provider;
  feePaidAt: Date | null;
  keysSetAt: Date | null;
  liveAt: Date | null;
  enabled: boolean;
}

/** One account as its owner sees it: of its keys no more than when they were set. */
export interface AccountPage extends AccountAtAGlance {
  hasTestKey: boolean;
  ikpu: string | null;
  packageCode: string | null;
  vatPercent: number | null;
  lastAcceptedAt: Date | null;
  lastRefusedAt: Date | null;
  checklist: Checklist;
}

/** What a bot offers its buyers, and what hinders it. */
export interface MethodsPage {
  isCardEnabled: boolean;
  /** Providers are for owners on a paid tariff. */
  hasTariff: boolean;
  /** Providers call an address: a program that polls has none. */
  hasAddress: boolean;
  accounts: AccountAtAGlance[];
}

function atAGlance(row: MerchantAccountRow): AccountAtAGlance {
  const { id: accountId, feePaidAt, keysSetAt, liveAt, enabled } = row;
  // The database knows no other words.
  return { accountId, provider: row.provider as Provider, feePaidAt, keysSetAt, liveAt, enabled };
}

/** In the order in which they are shown everywhere. */
export async function listAccounts(db: Db, botId: number): Promise<AccountAtAGlance[]> {
  const rows = await db.merchantAccount.findMany({ where: { botId, removedAt: null } });
  return PROVIDERS.flatMap((provider) => rows.filter((row) => row.provider === provider).map(atAGlance));
}

export async function readAccountPage(
  db: Db,
  row: MerchantAccountRow,
  hasTestKey: boolean,
): Promise<AccountPage> {
  const { ikpu, packageCode, vatPercent, lastAcceptedAt, lastRefusedAt } = row;
  const fiscal = { ikpu, packageCode, vatPercent };
  const checklist = await readChecklist(db, row);
  return { ...atAGlance(row), hasTestKey, ...fiscal, lastAcceptedAt, lastRefusedAt, checklist };
}
