import type { SandboxBot, SandboxChat, SandboxPerson } from '../../sandbox/sandbox.ts';
import type { SandboxMessage } from '../../sandbox/world/conversation.ts';
import type { Ground, Platform } from './platform.ts';
import { withItsNotices } from './told.ts';

/** What it takes to sell: people, a main bot, and the database to look into. */
export type Market = Pick<Ground, 'telegram' | 'mainBot' | 'database'> & Partial<Pick<Platform, 'clock'>>;

export interface ShopOptions {
  languageCode?: 'uz' | 'en' | 'ru';
  kind?: 'channel' | 'group';
  /** As the owner types it; one month. */
  price?: string;
  title?: string;
  username?: string;
  /** Somebody who has a shop already, and opens another one. */
  owner?: SandboxPerson;
  /** A bot that somebody else had before. */
  bot?: SandboxBot;
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
export async function openShop(ground: Market, options: ShopOptions = {}): Promise<Shop> {
  const { telegram, mainBot, database } = ground;
  const { languageCode = 'en', kind = 'channel', price = '50 000' } = options;
  shops += 1;
  const owner =
    options.owner ?? telegram.newPerson({ firstName: 'Aziz', username: `aziz_${shops}`, languageCode });
  const { title = `Club ${shops}`, username = `club_${shops}_bot` } = options;
  const shop = options.bot ?? telegram.newBot({ username, name: title });
  const chat =
    kind === 'channel' ? owner.createsChannel(title) : owner.createsGroup(title, { supergroup: true });

  if (!options.owner) {
    await owner.starts(mainBot);
    await owner.reads(mainBot, 'Tilni tanlang');
    await owner.presses(mainBot, `lang:${languageCode}`);
  }
  await owner.sends(mainBot, shop.token);
  await owner.reads(mainBot, `https://t.me/${shop.username}`);
  await owner.adds(shop, chat);
  await owner.reads(mainBot, title);
  const channel = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(chat.id) } });
  await owner.presses(mainBot, `price:${channel.id}:1`);
  await owner.sends(mainBot, price);
  await owner.presses(mainBot, `bot:${shop.id}:card`);
  await owner.sends(mainBot, '8600 1234 5678 9012');
  await owner.sends(mainBot, 'AZIZ AZIZOV');
  await owner.starts(shop);
  const plan = await database.plan.findFirstOrThrow({ where: { channelId: channel.id } });
  return { owner, shop, chat, planId: plan.id };
}

/** Somebody opens the shop for the first time and picks a language. */
export async function newBuyer(
  ground: Market,
  { shop }: Pick<Shop, 'shop'>,
  options: { firstName?: string; languageCode?: 'uz' | 'en' | 'ru' } = {},
): Promise<SandboxPerson> {
  const { firstName = 'Bobur', languageCode = 'en' } = options;
  const buyer = ground.telegram.newPerson({ firstName, languageCode });
  await withItsNotices(ground, async () => {
    await buyer.starts(shop);
    await buyer.presses(shop, `lang:${languageCode}`);
  });
  return buyer;
}

/** Somebody buys a month and is inside. */
export async function newMember(
  ground: Market,
  shop: Shop,
  options: { firstName?: string; languageCode?: 'uz' | 'en' | 'ru' } = {},
): Promise<{
  member: SandboxPerson;
  link: string;
  subscriptionId: number;
  endUserId: number;
  paymentId: number;
}> {
  const bought = await buyAccess(ground, shop, options);
  await withItsNotices(ground, async () => {
    await bought.member.joins(bought.link);
    await ground.telegram.quiet();
  });
  return bought;
}

/** Somebody buys a month, and holds the link to it. */
export async function buyAccess(
  ground: Market,
  shop: Shop,
  options: { firstName?: string; languageCode?: 'uz' | 'en' | 'ru' } = {},
): Promise<{
  member: SandboxPerson;
  link: string;
  subscriptionId: number;
  endUserId: number;
  paymentId: number;
}> {
  const member = await newBuyer(ground, shop, options);
  const paymentId = await payFor(ground, shop, member);
  const welcome = await withItsNotices(ground, async () => {
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    const read = await member.reads(shop.shop, holdsLink);
    await ground.telegram.quiet();
    return read;
  });
  const link = linkIn(welcome);
  const payment = await ground.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  if (payment.subscriptionId === null) throw new Error('The approval added no time.');
  return { member, link, subscriptionId: payment.subscriptionId, endUserId: payment.endUserId, paymentId };
}

/** The moderator has opened the main bot, and reads it in English. */
export async function moderatorReadsEnglish({
  moderator,
  mainBot,
}: Pick<Ground, 'moderator' | 'mainBot'>): Promise<void> {
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
}

/** Their owner adds a plan beside the standard ones, by what they press and type. @returns its row */
export async function addPlan(
  { database, mainBot, quiet }: Pick<Platform, 'database' | 'mainBot' | 'quiet'>,
  { owner }: Pick<Shop, 'owner'>,
  plan: { channelId: number; kind: string; term: string; price: string },
) {
  const { channelId, kind, term, price } = plan;
  await owner.presses(mainBot, `plan-new:${channelId}:${kind}`);
  await owner.sends(mainBot, term);
  await owner.sends(mainBot, price);
  await quiet();
  return database.plan.findFirstOrThrow({ where: { channelId }, orderBy: { id: 'desc' } });
}

/** Chooses the month and sends a receipt. @returns the payment that waits */
export async function payFor(ground: Market, { shop, planId }: Shop, buyer: SandboxPerson): Promise<number> {
  await withItsNotices(ground, async () => {
    await buyer.presses(shop, `plan:${planId}`);
    await buyer.sendsPhoto(shop);
    await ground.telegram.quiet();
  });
  const { id } = await ground.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: buyer.id, bot: { telegramBotId: shop.id } }, status: 'pending' },
  });
  return id;
}

export function linkIn(message: SandboxMessage): string {
  return message.buttons.flat().find(({ url }) => url?.includes('t.me/+'))?.url ?? '';
}

/** Whether a message lets somebody in: the link stands on a button, never in the text. */
export function holdsLink(message: SandboxMessage): boolean {
  return linkIn(message) !== '';
}

/** An owner makes a promo code, and types what it gives and its limits. @returns its id */
export async function newPromoCode(
  { mainBot, database, telegram }: Market,
  { owner, shop }: Pick<Shop, 'owner' | 'shop'>,
  code: string,
  set: Record<string, string>,
): Promise<number> {
  await owner.presses(mainBot, `bot:${shop.id}:promo-new`);
  await owner.sends(mainBot, code);
  await telegram.quiet();
  const { id } = await database.promoCode.findFirstOrThrow({
    where: { code, removedAt: null, bot: { telegramBotId: BigInt(shop.id) } },
  });
  for (const [field, typed] of Object.entries(set)) {
    await owner.presses(mainBot, `promo:${id}:set:${field}`);
    await owner.sends(mainBot, typed);
  }
  await telegram.quiet();
  return id;
}
