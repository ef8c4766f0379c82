import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

test.each([
  ['uz', 'Shartlar', 'Pul qaytarish', 'Xabaringizni yozing'],
  ['ru', 'Условия', 'Возврат', 'Напишите сообщение'],
  ['en', 'Terms', 'Refunds', 'Write your message'],
] as const)(
  'in %s both bots answer what is asked about terms and money, and whoever needs help',
  async (language, terms, refunds, help) => {
    const { mainBot, telegram } = platform;
    const buyer = await newBuyer(platform, shop, { languageCode: language });
    await buyer.starts(mainBot);
    await buyer.presses(mainBot, `lang:${language}`);
    for (const bot of [shop.shop, mainBot]) {
      for (const [command, answer] of [
        ['/terms', terms],
        ['/paysupport', refunds],
        ['/support', help],
      ] as const) {
        await buyer.sends(bot, command);
        await telegram.quiet();
        expect(told(buyer, bot)).toContain(answer);
      }
      expect(buyer.chatWith(bot).last?.buttons.flat().length).toBeGreaterThan(0);
    }
  },
);

test('an owner’s own terms are what buyers read, until they take them back', async () => {
  const { mainBot, telegram } = platform;
  const { owner } = shop;
  const buyer = await newBuyer(platform, shop);
  const sets = async (text: string) => {
    await owner.presses(mainBot, `bot:${shop.shop.id}:terms`);
    await owner.sends(mainBot, text);
    await telegram.quiet();
  };
  const reads = async () => {
    await buyer.sends(shop.shop, '/terms');
    await telegram.quiet();
    return told(buyer, shop.shop);
  };
  await sets('No refunds <after> 3 days');
  expect(await reads()).toContain('No refunds <after> 3 days');
  await sets('x'.repeat(3_001));
  expect(told(owner, mainBot)).toContain('3000 characters at most');
  expect(await reads()).toContain('No refunds <after> 3 days');
  await owner.sends(mainBot, '-');
  await telegram.quiet();
  expect(await reads()).toContain('access to a private chat');
});

test('nobody sets the terms of another owner’s bot', async () => {
  const { mainBot } = platform;
  const other = await openShop(platform);
  await other.owner.presses(mainBot, `bot:${shop.shop.id}:terms`);
  expect(told(other.owner, mainBot)).toContain('no longer available');
});
