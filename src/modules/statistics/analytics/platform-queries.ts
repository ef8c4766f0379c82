import type { LongQuery } from '../../../infra/postgres/long-transaction.ts';
import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { COUNT_PLATFORM, COUNT_TARIFFS_HELD, COUNT_TARIFFS_SOLD } from './counting/platform.ts';
import { type Kept, type KeptFacts, readFacts, withSum } from './facts-queries.ts';
import type { FactsKind } from './facts-store.ts';
import { PLATFORM, type PlatformFacts } from './platform-facts.ts';
import type { SellingBot } from './reports/platform.ts';

type KeptPlatformFacts = Kept<Omit<PlatformFacts, 'tariffs'>> & { tariffs: KeptFacts };

/** Raised whenever something is counted in another way, or kept in another shape. */
const VERSION = 2;

export function factsOfPlatform({
  timeZone,
}: {
  timeZone: string;
}): FactsKind<KeptPlatformFacts, PlatformFacts> {
  return {
    version: VERSION,
    count: (query, _scope, asOf) => countPlatform(query, asOf, timeZone),
    read: readPlatformFacts,
  };
}

const NO_PEOPLE = { people: [], sourcePeople: [], speed: [] } as const;

async function countPlatform(query: LongQuery, asOf: Date, timeZone: string): Promise<KeptPlatformFacts> {
  const count = async <T extends object>(statement: string) => {
    const [counted] = await query<T>(statement, [PLATFORM, asOf, timeZone]);
    return counted as T;
  };
  const known = { asOf: asOf.toISOString() };
  const tariffs = {
    ...known,
    ...NO_PEOPLE,
    ...(await count<object>(COUNT_TARIFFS_SOLD)),
    ...(await count<object>(COUNT_TARIFFS_HELD)),
  } as unknown as KeptFacts;
  return { ...known, ...(await count<Omit<KeptPlatformFacts, 'asOf' | 'tariffs'>>(COUNT_PLATFORM)), tariffs };
}

function readPlatformFacts(kept: KeptPlatformFacts): PlatformFacts {
  return {
    ...kept,
    asOf: new Date(kept.asOf),
    sales: kept.sales.map(withSum),
    bots: kept.bots.map(withSum),
    tariffs: readFacts(kept.tariffs),
  };
}

/** Those that sold, as they are called now, in the same order. */
export async function readSellers(
  prisma: PrismaClient,
  sellers: PlatformFacts['bots'],
): Promise<SellingBot[]> {
  const bots = await prisma.sellerBot.findMany({
    where: { id: { in: sellers.map(({ botId }) => botId) } },
    select: { id: true, telegramBotId: true, username: true, name: true },
  });
  const byId = new Map(bots.map((bot) => [bot.id, bot]));
  return sellers.flatMap(({ botId, n, sum }) => {
    const bot = byId.get(botId);
    if (!bot) return [];
    const { telegramBotId, username, name } = bot;
    return [{ telegramBotId, username, name, turnover: sum, sales: n }];
  });
}
