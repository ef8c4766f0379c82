import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';

type Ground = Pick<Platform, 'database' | 'clock'>;

/** What an owner's first press of *connect* leaves: an account without a fee and without keys. @returns its id */
export async function beginConnection(
  { database, clock }: Ground,
  { shop }: Pick<Shop, 'shop'>,
  provider: 'payme' | 'click' | 'uzum',
): Promise<number> {
  const bot = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.id), removedAt: null },
  });
  const account = await database.merchantAccount.create({
    data: { botId: bot.id, provider, details: {}, createdAt: clock.now() },
  });
  return account.id;
}

/** The fee has been named to somebody: the next picture is the receipt. */
export async function isAskedForFee(
  { database, clock, mainBot }: Ground & Pick<Platform, 'mainBot'>,
  person: SandboxPerson,
  accountId: number,
  amount = 30_000_000n,
): Promise<void> {
  const { provider, bot } = await database.merchantAccount.findUniqueOrThrow({
    where: { id: accountId },
    include: { bot: true },
  });
  const payload = { accountId, telegramBotId: String(bot.telegramBotId), provider, amount: String(amount) };
  const whom = { telegramBotId: BigInt(mainBot.id), telegramUserId: BigInt(person.id) };
  const data = { ...whom, question: 'connectionReceipt', payload, askedAt: clock.now(), updateId: null };
  await database.openQuestion.upsert({
    where: { telegramBotId_telegramUserId: whom },
    create: data,
    update: data,
  });
}
