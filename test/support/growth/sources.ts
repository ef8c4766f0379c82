import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';

/** An owner adds a source of advertising by its name. @returns its row */
export async function newSource(
  { mainBot, database, quiet }: Pick<Platform, 'mainBot' | 'database' | 'quiet'>,
  { owner, shop }: Pick<Shop, 'owner' | 'shop'>,
  name: string,
) {
  await owner.presses(mainBot, `bot:${shop.id}:source-new`);
  await owner.sends(mainBot, name);
  await quiet();
  return database.source.findFirstOrThrow({
    where: { bot: { telegramBotId: BigInt(shop.id) } },
    orderBy: { id: 'desc' },
  });
}

/** Somebody comes by a link. @returns what the bot knows of them */
export async function comesBy(
  { database, quiet }: Pick<Platform, 'database' | 'quiet'>,
  { shop }: Pick<Shop, 'shop'>,
  person: SandboxPerson,
  payload: string,
) {
  await person.starts(shop, { payload });
  await quiet();
  return database.endUser.findFirstOrThrow({
    where: { telegramUserId: person.id, bot: { telegramBotId: BigInt(shop.id) } },
    include: { sourceVisits: { orderBy: { firstAt: 'asc' } } },
  });
}
