import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxMessage } from '../../../sandbox/world/conversation.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const SUPPORT = '💬 Support';
const labels = ({ buttons }: SandboxMessage) => buttons.flat().map(({ text }) => text);

test('who withdraws a receipt reads what to do if they have paid, who cancels a choice does not', async () => {
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.taps(shop.shop, /^Cancel$/);
  await buyer.reads(shop.shop, 'Cancelled. You can choose a plan again');
  await payFor(platform, shop, buyer);
  await buyer.taps(shop.shop, /Withdraw the receipt/);
  await buyer.reads(shop.shop, 'Receipt withdrawn. If you’ve paid, choose the plan again');
});

test('who writes to the bot is led to support, and while a receipt is under review hears of it', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Chatty' });
  await buyer.sends(shop.shop, 'Hello, is anybody there?');
  expect(labels(await buyer.reads(shop.shop, 'Press /start to see the plans'))).toContain(SUPPORT);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sends(shop.shop, 'I have paid');
  await buyer.reads(shop.shop, 'Please send the receipt as a screenshot, photo or PDF');
  await buyer.sendsPhoto(shop.shop);
  await buyer.sends(shop.shop, 'When will I get in?');
  const hint = await buyer.reads(shop.shop, 'Your receipt is under review. Questions? Write to support.');
  expect(labels(hint)).toContain(SUPPORT);
});

test('who asks support while they pay keeps the card in sight, and a receipt that went there is asked for again', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Asking' });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.taps(shop.shop, /Support/);
  await buyer.reads(shop.shop, 'Write your message');
  expect(buyer.chatWith(shop.shop).messages.some(({ text }) => text.includes('8600 1234'))).toBe(true);
  await buyer.sendsPhoto(shop.shop);
  await buyer.reads(shop.shop, 'If that was your receipt, send it once more');
  await buyer.sendsPhoto(shop.shop);
  await buyer.reads(shop.shop, 'your receipt is under review');
});

test('whoever is told to write to support has the button for it', async () => {
  const { mainBot, moderator, database, telegram } = platform;
  const banned = await newBuyer(platform, shop, { firstName: 'Banned' });
  const { id } = await database.endUser.findFirstOrThrow({ where: { telegramUserId: banned.id } });
  await shop.owner.presses(mainBot, `user:${id}:ban`);
  await banned.presses(shop.shop, `plan:${shop.planId}`);
  expect(labels(await banned.reads(shop.shop, 'You can’t buy here'))).toContain(SUPPORT);

  const other = telegram.newPerson({ firstName: 'Other', languageCode: 'en' });
  await other.starts(mainBot);
  await other.presses(mainBot, 'lang:en');
  await other.sends(mainBot, shop.shop.token);
  expect(labels(await other.reads(mainBot, 'belongs to another owner'))).toContain(SUPPORT);

  const owner = await database.owner.findFirstOrThrow({ where: { telegramUserId: other.id } });
  await moderator.presses(mainBot, `mod:owner:${owner.id}:ban`);
  await other.presses(mainBot, 'addbot');
  expect(labels(await other.reads(mainBot, 'so you can’t add bots'))).toContain(SUPPORT);
});

test('a chat that is connected again asks only for what is missing', async () => {
  const { mainBot, database } = platform;
  const group = shop.owner.createsGroup('Second', { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  const first = await shop.owner.reads(mainBot, 'The group Second is connected');
  expect(first.text).toContain('set a price');
  expect(first.text).not.toContain('No card yet');

  const channel = await database.channel.findFirstOrThrow({ where: { title: 'Second' } });
  await shop.owner.presses(mainBot, `price:${channel.id}:1`);
  await shop.owner.sends(mainBot, '10 000');
  await shop.owner.presses(mainBot, `chat:${channel.id}:disconnect`);
  await shop.owner.reads(mainBot, 'Second is disconnected');
  await shop.owner.removes(shop.shop, group);
  await shop.owner.adds(shop.shop, group);
  await shop.owner.reads(mainBot, /The group Second is connected.*Your bot is live/s);
});
