import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { postUpdate } from '../../support/servers/post-update.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await platform.restart({ RATE_LIMIT_PER_SECOND: '3' });
});
afterAll(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

test('a flood is told once, then met with silence; receipts and money go through all the same', async () => {
  const { telegram, database } = platform;
  const buyer = telegram.newPerson({ firstName: 'Hasty', languageCode: 'en' });
  await Promise.all(Array.from({ length: 12 }, () => buyer.sends(shop.shop, 'hello')));
  const heard = () => buyer.chatWith(shop.shop).messages.filter(({ from }) => from === 'bot');
  expect(heard().filter(({ text }) => text.includes('Not so fast'))).toHaveLength(1);
  expect(heard()).toHaveLength(4);

  await buyer.presses(shop.shop, 'home');
  expect(buyer.answers(shop.shop).at(-1)?.text).toContain('Not so fast');
  expect(heard()).toHaveLength(4);

  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  expect(await database.payment.findMany({ select: { status: true } })).toEqual([{ status: 'pending' }]);
  await shop.owner.reads(shop.shop, 'Hasty');
});

test('an update that Telegram sends again counts once', async () => {
  const { telegram, app, encryptionKey } = platform;
  const buyer = telegram.newPerson({ firstName: 'Patient', languageCode: 'en' });
  await buyer.sends(shop.shop, 'hello');
  const from = { id: buyer.id, is_bot: false, first_name: 'Patient', language_code: 'en' };
  const message = {
    message_id: 900_000_001,
    date: 1_795_000_000,
    from,
    chat: { ...from, type: 'private' },
    text: 'hi',
  };
  const server = { origin: app.origin, encryptionKey };
  for (let time = 0; time < 5; time += 1) {
    const { status } = await postUpdate(server, shop.shop.id, { update_id: 900_000_001, message });
    expect(status).toBe(200);
  }
  await buyer.sends(shop.shop, 'hello');
  const heard = buyer.chatWith(shop.shop).messages.filter(({ from: who }) => who === 'bot');
  expect(heard).toHaveLength(3);
  expect(heard.map(({ text }) => text).join()).not.toContain('Not so fast');
});

test('somebody else at the same bot is not held back', async () => {
  const { telegram } = platform;
  const flood = telegram.newPerson({ firstName: 'Flood', languageCode: 'en' });
  await Promise.all(Array.from({ length: 12 }, () => flood.sends(shop.shop, 'hello')));
  const buyer = await newBuyer(platform, shop, { firstName: 'Calm' });
  expect(buyer.chatWith(shop.shop).last?.text).toContain('Choose a plan');
});
