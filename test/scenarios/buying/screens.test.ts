import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxMessage } from '../../../sandbox/world/conversation.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const labels = (screen: SandboxMessage | undefined) =>
  screen?.buttons.map((row) => row.map(({ text }) => text));
const inShop = () => shop.shop;

test.each([
  ['en', '📢 Channel: ', '📢 1 month · 50,000\u00a0UZS', '🔑 My subscription', '💬 Support', '🌐 Language'],
  ['uz', '📢 Kanal: ', '📢 1 oy · 50\u00a0000\u00a0soʻm', '🔑 Mening obunam', '💬 Yordam', '🌐 Til'],
  ['ru', '📢 Канал: ', '📢 1 месяц · 50\u00a0000\u00a0сум', '🔑 Моя подписка', '💬 Поддержка', '🌐 Язык'],
] as const)(
  'the window names what it sells, and what for, in %s',
  async (languageCode, chat, plan, mine, ...last) => {
    const buyer = await newBuyer(platform, shop, { languageCode, firstName: `Looks ${languageCode}` });
    const window = await buyer.reads(inShop(), `${chat}${shop.chat.title}`);
    expect(labels(window)).toEqual([[plan], [mine], last]);
  },
);

test('a window with two chats names both', async () => {
  const { owner, shop: bot, chat } = await openShop(platform);
  const group = owner.createsGroup('Readers', { supergroup: true });
  await owner.adds(bot, group);
  await owner.reads(platform.mainBot, 'Readers');
  const { id } = await platform.database.channel.findFirstOrThrow({ where: { title: 'Readers' } });
  await owner.presses(platform.mainBot, `price:${id}:12`);
  await owner.sends(platform.mainBot, '500 000');
  const buyer = await newBuyer(platform, { shop: bot });
  const window = await buyer.reads(bot, `📢 Channel: ${chat.title}\n👥 Group: Readers`);
  expect(labels(window)?.slice(0, 2)).toEqual([
    ['📢 1 month · 50,000\u00a0UZS'],
    ['👥 12 months · 500,000\u00a0UZS'],
  ]);
});

test('the checkout says what to transfer, where to, and then what to send', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Pays' });
  await buyer.taps(inShop(), /1 month/);
  const checkout = buyer.chatWith(inShop()).last;
  expect(checkout?.text).toBe(
    [
      `${shop.chat.title}, 1 month`,
      '',
      'Transfer exactly this amount: 50,000\u00a0UZS',
      'Card: 8600 1234 5678 9012',
      'Cardholder: AZIZ AZIZOV',
      '',
      'Then send the receipt here: a screenshot, photo or PDF. The price is yours for 24 hours.',
    ].join('\n'),
  );
  expect(labels(checkout)).toEqual([['📋 Amount', '📋 Card number'], ['💬 Support'], ['Cancel']]);
  expect(checkout?.buttons[0]?.map(({ copyText }) => copyText)).toEqual(['50000', '8600123456789012']);

  await buyer.sendsPhoto(inShop());
  const taken = await buyer.reads(
    inShop(),
    'The channel’s owner checks it, the answer comes here. A new receipt replaces this one.',
  );
  expect(labels(taken)).toEqual([['💬 Support', '🏠 Menu'], ['Withdraw the receipt']]);
});

test('“my subscription” leads straight to the payment of the plan last bought', async () => {
  const { member } = await newMember(platform, shop, { firstName: 'Holder' });
  await member.presses(inShop(), 'home');
  await member.taps(inShop(), /My subscription/);
  const page = member.chatWith(inShop()).last;
  expect(page?.text).toMatch(/your subscription ends on \d/);
  expect(labels(page)).toEqual([['🔁 Renew: 1 month · 50,000'], ['Other plans'], ['🏠 Menu']]);
  await member.taps(inShop(), /🔁 Renew/);
  expect(member.chatWith(inShop()).last?.text).toContain('Transfer exactly this amount: 50,000');
});

test('a plan that is off sale is renewed in the shop, one with another price at that price', async () => {
  const { database } = platform;
  const { member } = await newMember(platform, shop, { firstName: 'Loyal' });
  await database.plan.update({ where: { id: shop.planId }, data: { price: 60_000 } });
  await member.presses(inShop(), 'mysub');
  expect(labels(member.chatWith(inShop()).last)?.[0]).toEqual(['🔁 Renew: 1 month · 60,000']);
  await database.plan.update({ where: { id: shop.planId }, data: { isActive: false, price: 50_000 } });
  await member.presses(inShop(), 'mysub');
  expect(labels(member.chatWith(inShop()).last)).toEqual([['🔁 Renew'], ['🏠 Menu']]);
  await database.plan.update({ where: { id: shop.planId }, data: { isActive: true } });
  await member.taps(inShop(), '🔁 Renew');
  expect(labels(member.chatWith(inShop()).last)?.[0]).toEqual(['📢 1 month · 50,000\u00a0UZS']);
});

test('whoever was given access bought nothing, and renews in the shop; for a lifetime there is nothing to renew', async () => {
  const { database, mainBot } = platform;
  const guest = await newBuyer(platform, shop, { firstName: 'Guest' });
  const { id } = await database.endUser.findFirstOrThrow({ where: { telegramUserId: guest.id } });
  await shop.owner.presses(mainBot, `user:${id}:grant:${shop.planId}`);
  await guest.reads(inShop(), 'owner gave you access');
  await guest.presses(inShop(), 'mysub');
  expect(labels(guest.chatWith(inShop()).last)?.[0]).toEqual(['🔁 Renew']);
  await database.subscription.updateMany({ where: { endUserId: id }, data: { expiresAt: null } });
  await guest.presses(inShop(), 'mysub');
  expect(labels(guest.chatWith(inShop()).last)).toEqual([['🔗 The way in'], ['🏠 Menu']]);
});

test('whoever has nothing is led to the plans', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Empty' });
  await buyer.presses(inShop(), 'mysub');
  expect(labels(buyer.chatWith(inShop()).last)).toEqual([['🛒 Plans'], ['💬 Support', '🏠 Menu']]);
});

test('a receipt that waits is not paid for twice by renewing', async () => {
  const { member } = await newMember(platform, shop, { firstName: 'Twice' });
  await payFor(platform, shop, member);
  await member.presses(inShop(), 'mysub');
  await member.taps(inShop(), /🔁 Renew/);
  expect(member.chatWith(inShop()).last?.text).toContain('Your receipt is under review');
});
