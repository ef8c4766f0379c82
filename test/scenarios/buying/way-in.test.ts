import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatDay } from '../../../src/shared/calendar.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, linkIn, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const endOf = async (paymentId: number) => {
  const { extendedTo } = await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  return extendedTo ?? new Date(0);
};

test.each([
  [
    'en',
    '🚪 Join the channel',
    (title: string, until: string) =>
      `🎉 Approved. ${title} is waiting for you.\nUntil ${until}.\n\nThe link works for 24 hours and only for you.`,
  ],
  [
    'uz',
    '🚪 Kanalga kirish',
    (title: string, until: string) =>
      `🎉 Tasdiqlandi. ${title} Sizni kutmoqda.\n${until}gacha.\n\nHavola 24 soat ishlaydi, faqat Siz uchun.`,
  ],
  [
    'ru',
    '🚪 Войти в канал',
    (title: string, until: string) =>
      `🎉 Подтверждено. ${title} ждёт Вас.\nДо ${until}.\n\nСсылка действует 24 часа и только для Вас.`,
  ],
] as const)('the way in is one button and no link to read, in %s', async (languageCode, join, words) => {
  const buyer = await newBuyer(platform, shop, { languageCode, firstName: `Door ${languageCode}` });
  const id = await payFor(platform, shop, buyer);
  await shop.owner.presses(shop.shop, `approve:${id}`);
  const access = await buyer.reads(shop.shop, holdsLink);
  expect(access.text).toBe(words(shop.chat.title, formatDay(await endOf(id), languageCode, 'Asia/Tashkent')));
  expect(access.buttons.flat().map(({ text }) => text)).toEqual([join]);
  expect((await buyer.joins(linkIn(access))).ok).toBe(true);
});

test('a link that was made before says how long it works still, and never more', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Later' });
  const id = await payFor(platform, shop, buyer);
  await shop.owner.presses(shop.shop, `approve:${id}`);
  const first = await buyer.reads(shop.shop, holdsLink);
  const { subscriptionId } = await platform.database.payment.findUniqueOrThrow({ where: { id } });
  platform.clock.passes({ hours: 18, minutes: 30 });
  await buyer.presses(shop.shop, `relink:${subscriptionId}`);
  const again = await buyer.reads(shop.shop, 'The link works for 5 hours and only for you.');
  expect(linkIn(again)).toBe(linkIn(first));
});
