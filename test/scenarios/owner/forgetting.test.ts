import { afterEach, beforeEach, expect, test } from 'vitest';
import { contentOf } from '../../support/database/contents.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { holdsLink, linkIn, newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeEach(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

/** Every row of every table that holds this id. */
async function rowsWith(id: number): Promise<string[]> {
  const content = await contentOf({ url: platform.databaseUrl });
  const held = new RegExp(`(?<!\\d)${id}(?!\\d)`);
  return Object.entries(content).flatMap(([table, rows]) =>
    rows.map((row) => `${table}: ${String(row)}`).filter((row) => held.test(row)),
  );
}

/** Nobody can be put out until this is called. */
const removalsFail = () =>
  platform.telegram.failNext(
    ({ method }) => method === 'banChatMember' || method === 'unbanChatMember',
    { kind: 'serverError' },
    10_000,
  );

test('who comes back while they are still being put out begins anew, and stays with what they buy then', async () => {
  const { database } = platform;
  const { member, endUserId, subscriptionId } = await newMember(platform, shop, { firstName: 'Gulnora' });
  const mend = removalsFail();
  await member.presses(shop.shop, 'forget');
  await member.presses(shop.shop, 'forget:yes');
  await eventually(async () => {
    const row = await database.endUser.findUniqueOrThrow({ where: { id: endUserId } });
    expect(row).toMatchObject({ telegramUserId: -BigInt(endUserId), fullName: '' });
  });
  await member.starts(shop.shop);
  await member.reads(shop.shop, 'Choose your language');
  await member.presses(shop.shop, 'lang:en');
  const paymentId = await payFor(platform, shop, member);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await member.reads(shop.shop, 'is yours');
  mend();
  await settled(platform);
  expect(shop.chat.has(member)).toBe(true);
  const anew = await database.endUser.findFirstOrThrow({ where: { telegramUserId: member.id } });
  expect(anew.id).not.toBe(endUserId);
  expect(await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } })).toMatchObject({
    status: 'kicked',
    endUserId,
  });
});

test.each(['removes the bot', 'bans them'])(
  'the owner %s meanwhile, and they are forgotten all the same',
  async (deed) => {
    const { database, mainBot } = platform;
    const { member, endUserId } = await newMember(platform, shop, { firstName: 'Gulnora' });
    const mend = removalsFail();
    await member.presses(shop.shop, 'forget');
    await member.presses(shop.shop, 'forget:yes');
    await eventually(async () =>
      expect(await database.endUser.count({ where: { fullName: 'Gulnora' } })).toBe(0),
    );
    await shop.owner.presses(
      mainBot,
      deed === 'removes the bot' ? `bot:${shop.shop.id}:remove:yes` : `user:${endUserId}:ban`,
    );
    mend();
    await settled(platform);
    expect(await rowsWith(member.id)).toEqual([]);
    if (deed === 'bans them') {
      expect(shop.chat.has(member)).toBe(false);
      expect(shop.chat.isBanned(member)).toBe(false);
    }
  },
);

test('a stranger who came in by somebody else’s link and is forgotten stands nowhere, also not in what is done', async () => {
  const stranger = await newBuyer(platform, shop, { firstName: 'Stranger' });
  const buyer = await newBuyer(platform, shop, { firstName: 'Buyer' });
  const paymentId = await payFor(platform, shop, buyer);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await stranger.joins(linkIn(await buyer.reads(shop.shop, holdsLink)));
  await shop.owner.reads(platform.mainBot, 'through the link of');
  await settled(platform);
  expect(shop.chat.has(stranger)).toBe(false);
  expect((await rowsWith(stranger.id)).length).toBeGreaterThan(1);
  await stranger.presses(shop.shop, 'forget');
  await stranger.presses(shop.shop, 'forget:yes');
  await eventually(async () => expect(await rowsWith(stranger.id)).toEqual([]));
});

test('an owner who comes back while their bots are still being stopped begins anew', async () => {
  const { database, mainBot, telegram } = platform;
  const { id } = await database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } });
  const mend = telegram.failNext('deleteWebhook', { kind: 'serverError' }, 10_000);
  await shop.owner.presses(mainBot, 'forget');
  await shop.owner.presses(mainBot, 'forget:yes');
  await eventually(async () => expect(await database.owner.count({ where: { fullName: 'Aziz' } })).toBe(0));
  await shop.owner.starts(mainBot);
  await shop.owner.presses(mainBot, 'lang:en');
  await shop.owner.sends(mainBot, shop.shop.token);
  await eventually(async () => expect(await database.sellerBot.count({ where: { isActive: true } })).toBe(1));
  mend();
  await settled(platform);
  expect(await database.sellerBot.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
    { ownerId: id, encryptedToken: '', isActive: false },
    { isActive: true, cardNumber: null },
  ]);
  const anew = await database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } });
  expect(anew.id).not.toBe(id);
  expect(await database.channel.count({ where: { bot: { ownerId: anew.id } } })).toBe(0);
});
