import type { SandboxBot, SandboxChat, SandboxPerson } from '../../src/sandbox/sandbox.ts';
import type { Ground } from './platform.ts';

export interface ShopOptions {
  languageCode?: 'uz' | 'en' | 'ru';
  kind?: 'channel' | 'group';
  /** As the owner types it; one month. */
  price?: string;
}

/** A seller bot that sells one chat for 50 000 a month. */
export interface Shop {
  owner: SandboxPerson;
  shop: SandboxBot;
  chat: SandboxChat;
  planId: number;
}

let shops = 0;

/** An owner goes the whole way from a token to a shop that sells, and has opened it to see receipts. */
export async function openShop(ground: Ground, options: ShopOptions = {}): Promise<Shop> {
  const { telegram, mainBot, books } = ground;
  const { languageCode = 'en', kind = 'channel', price = '50 000' } = options;
  shops += 1;
  const owner = telegram.newPerson({ firstName: 'Aziz', username: `aziz_${shops}`, languageCode });
  const shop = telegram.newBot({ username: `club_${shops}_bot`, name: `Club ${shops}` });
  const title = `Club ${shops}`;
  const chat =
    kind === 'channel' ? owner.createsChannel(title) : owner.createsGroup(title, { supergroup: true });

  await owner.starts(mainBot);
  await owner.reads(mainBot, 'Tilni tanlang');
  await owner.presses(mainBot, `lang:${languageCode}`);
  await owner.sends(mainBot, shop.token);
  await owner.reads(mainBot, `https://t.me/${shop.username}`);
  await owner.adds(shop, chat);
  await owner.reads(mainBot, title);
  const channel = await books.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(chat.id) } });
  await owner.presses(mainBot, `price:${channel.id}:1`);
  await owner.sends(mainBot, price);
  await owner.presses(mainBot, `bot:${shop.id}:card`);
  await owner.sends(mainBot, '8600 1234 5678 9012');
  await owner.sends(mainBot, 'AZIZ AZIZOV');
  await owner.starts(shop);
  const plan = await books.plan.findFirstOrThrow({ where: { channelId: channel.id } });
  return { owner, shop, chat, planId: plan.id };
}

/** Somebody opens the shop for the first time and picks a language. */
export async function newBuyer(
  ground: Ground,
  { shop }: Pick<Shop, 'shop'>,
  options: { firstName?: string; languageCode?: 'uz' | 'en' | 'ru' } = {},
): Promise<SandboxPerson> {
  const { firstName = 'Bobur', languageCode = 'en' } = options;
  const buyer = ground.telegram.newPerson({ firstName, languageCode });
  await buyer.starts(shop);
  await buyer.presses(shop, `lang:${languageCode}`);
  return buyer;
}
