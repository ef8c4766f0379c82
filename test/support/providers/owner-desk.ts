import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { Platform } from '../platform.ts';
import { openShop, type Shop, type ShopOptions } from '../shop.ts';

export const CASHBOX = '0123456789abcdef01234567';

/** What owners do about providers in the main bot, told by what they press and type. */
export function ownerDesk(platform: Platform) {
  const { database, mainBot, moderator } = platform;

  /** Its owner is on a paid tariff. */
  async function openPaidShop(options: ShopOptions = {}): Promise<Shop> {
    const shop = await openShop(platform, options);
    const owner = await database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } });
    await moderator.presses(mainBot, `mod:owner:${owner.id}:grant:1`);
    await platform.quiet();
    return shop;
  }

  const accountOf = ({ shop }: Pick<Shop, 'shop'>, provider: string) =>
    database.merchantAccount.findFirst({
      where: { bot: { telegramBotId: BigInt(shop.id) }, provider, removedAt: null },
    });

  /** What somebody read last in the main bot, and the words over their last press. */
  function lastOf(person: SandboxPerson) {
    const { last } = person.chatWith(mainBot);
    return {
      text: (last?.text ?? '').replaceAll('\u00A0', ' '),
      data: (last?.buttons ?? []).flat().map(({ data }) => data),
      buttons: (last?.buttons ?? []).flat(),
      said: person.answers(mainBot).at(-1)?.text ?? '',
    };
  }

  /** Connects a provider whose fee a moderator waives. @returns its account's id */
  async function connect({ owner, shop }: Shop, provider: string, keys: readonly string[]): Promise<number> {
    await owner.presses(mainBot, `bot:${shop.id}:pay:${provider}:connect`);
    await platform.quiet();
    const { id } = (await accountOf({ shop }, provider)) ?? { id: 0 };
    await moderator.presses(mainBot, `mod:conn:${id}:waive`);
    await platform.quiet();
    await owner.presses(mainBot, `bot:${shop.id}:pay:${provider}:keys`);
    for (const key of keys) await owner.sends(mainBot, key);
    await platform.quiet();
    return id;
  }

  return { openPaidShop, accountOf, lastOf, connect };
}
