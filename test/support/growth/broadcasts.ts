import { expect } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { eventually } from '../eventually.ts';
import { callsOf } from '../held-call.ts';
import type { Ground } from '../platform.ts';
import type { Shop } from '../shop.ts';

type Market = Pick<Ground, 'telegram' | 'database'>;

/** So many calls of one bot are under way at once. */
export const AT_ONCE = 20;

/** Many people who have opened a bot at some time, each with a row; how they came is nobody's matter here. */
export async function newPeople(
  { telegram, database }: Market,
  { shop }: Pick<Shop, 'shop'>,
  size: number,
  { language = 'en' }: { language?: 'uz' | 'en' | 'ru' } = {},
): Promise<SandboxPerson[]> {
  const people = Array.from({ length: size }, (_, index) =>
    telegram.newPerson({ firstName: `Fan ${index}`, languageCode: language }),
  );
  telegram.loseNext(({ bot, body }) => bot === shop.username && body.message !== undefined, size);
  for (const person of people) await person.starts(shop, { wait: false });
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(shop.id) } });
  await database.endUser.createMany({
    data: people.map((person) => ({
      telegramUserId: BigInt(person.id),
      botId: bot.id,
      fullName: person.firstName,
      language,
      languageChosenAt: bot.createdAt,
      createdAt: bot.createdAt,
    })),
  });
  return people;
}

/** Whoever runs a shop writes to its people. @returns the draft's id */
export async function newDraft(
  { telegram, database }: Market,
  { shop }: Pick<Shop, 'shop'>,
  author: SandboxPerson,
  text = 'Ten new lessons are here',
): Promise<number> {
  await author.presses(shop, 'cast');
  await author.sends(shop, text);
  await telegram.quiet();
  const { id } = await database.broadcast.findFirstOrThrow({
    where: { createdBy: BigInt(author.id), bot: { telegramBotId: BigInt(shop.id) } },
    orderBy: { id: 'desc' },
  });
  return id;
}

/** Starts it, and sees that it has started. */
export async function startsBroadcast(
  { telegram }: Pick<Market, 'telegram'>,
  { shop }: Pick<Shop, 'shop'>,
  author: SandboxPerson,
  id: number,
): Promise<void> {
  await author.presses(shop, `cast:${id}:start`);
  await author.presses(shop, `cast:${id}:start:yes`);
  await telegram.quiet();
}

/** The copies of one bot, apart from the one that its owner is shown. */
export function copiesToPeople({ shop, owner }: Pick<Shop, 'shop' | 'owner'>): ReturnType<typeof callsOf> {
  const isCopy = callsOf(shop, 'copyMessage');
  return (call) => isCopy(call) && Number(call.params['chat_id']) !== owner.id;
}

/**
 * A draft goes out, and Telegram takes its time over every copy: as many are under way as may be at once, and the rest wait.
 * @returns what lets Telegram go on
 */
export async function startsHeld(
  market: Market,
  shop: Pick<Shop, 'shop' | 'owner'>,
  id: number,
): Promise<() => void> {
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const end = market.telegram.failAll(copiesToPeople(shop), { kind: 'late', until });
  await shop.owner.presses(shop.shop, `cast:${id}:start:yes`, { wait: false });
  await eventually(async () => expect(await statesOf(market, id)).toMatchObject({ taken: AT_ONCE }));
  return () => {
    end();
    release();
  };
}

/** How often somebody was sent this. */
export function copiesOf(person: SandboxPerson, bot: SandboxBot, text = 'Ten new lessons'): number {
  return person.chatWith(bot).messages.filter((one) => one.from === 'bot' && one.text.includes(text)).length;
}

/** How many recipients are in each state. */
export async function statesOf({ database }: Pick<Market, 'database'>, id: number) {
  const rows = await database.broadcastRecipient.groupBy({
    by: ['state'],
    where: { broadcastId: id },
    _count: true,
  });
  return Object.fromEntries(rows.map(({ state, _count }) => [state, _count]));
}

/** Waits until a broadcast has come so far. */
export function becomes(
  { database }: Pick<Market, 'database'>,
  id: number,
  status: string,
): Promise<Awaited<ReturnType<Ground['database']['broadcast']['findUniqueOrThrow']>>> {
  return eventually(async () => {
    const row = await database.broadcast.findUniqueOrThrow({ where: { id } });
    expect(row.status).toBe(status);
    return row;
  });
}
