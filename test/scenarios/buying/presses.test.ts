import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

test('fifty presses on a decided receipt are answered over the chat, and a receipt that comes meanwhile is shown', async () => {
  const { owner, shop: bot } = shop;
  const buyer = await newBuyer(platform, shop, { firstName: 'Decided' });
  const id = await payFor(platform, shop, buyer);
  const receipt = await owner.reads(bot, 'Decided');
  await owner.presses(bot, `approve:${id}`, { message: receipt });
  expect(owner.answers(bot).at(-1)?.text).toContain('Approved by you');
  await settled(platform);
  const before = { messages: owner.chatWith(bot).messages.length, answers: owner.answers(bot).length };
  const next = await newBuyer(platform, shop, { firstName: 'Meanwhile' });
  await next.presses(bot, `plan:${shop.planId}`);
  await Promise.all([
    ...Array.from({ length: 50 }, () => owner.presses(bot, `approve:${id}`, { message: receipt })),
    next.sendsPhoto(bot),
    owner.reads(bot, 'Meanwhile', { timeoutMs: 3_000 }),
  ]);
  expect(owner.chatWith(bot).messages).toHaveLength(before.messages + 1);
  const answers = owner.answers(bot).slice(before.answers);
  expect(answers).toHaveLength(50);
  for (const { text } of answers) expect(text).toContain('already been approved');
});

test('an outcome that needs a button is shown in place', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Waits' });
  await payFor(platform, shop, buyer);
  const { length } = buyer.chatWith(shop.shop).messages;
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  expect(buyer.chatWith(shop.shop).messages).toHaveLength(length);
  expect(
    buyer
      .chatWith(shop.shop)
      .last?.buttons.flat()
      .some(({ text }) => text.includes('Withdraw')),
  ).toBe(true);
  expect(buyer.answers(shop.shop).at(-1)?.text).toBeUndefined();
});
