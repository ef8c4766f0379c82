import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { type ClickCaller, connectClick, orderByClick } from '../../../support/providers/click-caller.ts';
import { payTwice, takeMoney } from '../../../support/providers/refunds.ts';
import { settled } from '../../../support/settled.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let click: ClickCaller;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  click = await connectClick(platform, shop, { merchantUserId: null });
});
afterAll(() => platform.closesClean());

async function passes(time: { hours?: number; minutes?: number; days?: number }): Promise<void> {
  platform.clock.passes(time);
  await settled(platform);
  // The same sweep once more says nothing twice.
  await settled(platform);
}

const saidToOwner = (words: string) =>
  shop.owner.chatWith(platform.mainBot).messages.filter(({ text }) => text.includes(words));

test('the owner is reminded of money that waits after an hour and a day, moderators hear of it after three days', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Kutgan' });
  await payTwice(platform, shop, click, buyer);
  const reminders = () => saidToOwner('is still waiting for');
  const escalations = () =>
    platform.moderator
      .chatWith(platform.mainBot)
      .messages.filter(({ text }) => text.includes('open for 72 hours'));
  await passes({ minutes: 59 });
  expect(reminders()).toHaveLength(0);
  await passes({ minutes: 1 });
  expect(reminders()).toHaveLength(1);
  await passes({ hours: 22, minutes: 59 });
  expect(reminders()).toHaveLength(1);
  await passes({ minutes: 1 });
  expect(reminders()).toHaveLength(2);
  await passes({ hours: 47, minutes: 59 });
  expect(escalations()).toHaveLength(0);
  await passes({ minutes: 1 });
  expect(escalations()).toHaveLength(1);
  expect(escalations()[0]?.text).toContain('Kutgan');
  await passes({ days: 3 });
  expect(reminders()).toHaveLength(2);
  expect(escalations()).toHaveLength(1);
  await shop.owner.taps(platform.mainBot, '↩️ Open the refund', { message: reminders()[1] ?? never() });
  await shop.owner.reads(platform.mainBot, 'the money came twice');
  await platform.moderator.presses(platform.mainBot, 'mod:conns:0');
  await platform.moderator.reads(platform.mainBot, 'open for more than 72 hours: 1');
});

test('nobody is reminded of money that was returned', async () => {
  const before = saidToOwner('is still waiting for').length;
  const buyer = await newBuyer(platform, shop, { firstName: 'Olgan' });
  const { refundId } = await payTwice(platform, shop, click, buyer);
  await shop.owner.presses(platform.mainBot, `refund:${refundId}:done`);
  await passes({ hours: 2 });
  await passes({ days: 4 });
  expect(saidToOwner('is still waiting for')).toHaveLength(before);
});

test('the owner reads quietly, once a day, for which orders Click was not heard of again', async () => {
  const silent = () => saidToOwner('hasn’t been heard from since');
  const begin = async (number: string) => {
    const buyer = await newBuyer(platform, shop, { firstName: 'Yoʻqolgan' });
    const order = await orderByClick(platform, shop, buyer);
    await click.prepare(click.of(order, { click_trans_id: number }));
    return order;
  };
  const first = await begin('55501');
  const second = await begin('55502');
  const paid = await orderByClick(platform, shop, await newBuyer(platform, shop));
  await takeMoney(click, paid);
  await passes({ minutes: 29 });
  expect(silent()).toHaveLength(0);
  await passes({ minutes: 1 });
  expect(silent()).toHaveLength(1);
  const [told] = silent();
  expect(told?.silent).toBe(true);
  expect(told?.text).toContain(`order no. ${first}, at Click 55501`);
  expect(told?.text).toContain(`order no. ${second}, at Click 55502`);
  expect(told?.text).not.toContain(`order no. ${paid},`);

  await begin('55503');
  await passes({ hours: 12 });
  expect(silent()).toHaveLength(1);
  await begin('55504');
  await passes({ hours: 12 });
  expect(silent()).toHaveLength(2);
  expect(silent()[1]?.text).toContain('55503');
  expect(silent()[1]?.text).toContain('55504');
  expect(silent()[1]?.text).not.toContain('55501');
  await passes({ days: 2 });
  expect(silent()).toHaveLength(2);
});

function never(): never {
  throw new Error('There is no such message.');
}
