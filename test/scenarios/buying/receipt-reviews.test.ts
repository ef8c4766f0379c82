import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { holdAnswer } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';
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

const payment = (id: number) => platform.database.payment.findUniqueOrThrow({ where: { id } });
const inShop = () => shop.shop;

describe('receipts', () => {
  test('a better receipt takes the place of the waiting one, and its message says so', async () => {
    const { database } = platform;
    const buyer = await newBuyer(platform, shop, { firstName: 'Replacer' });
    const first = await payFor(platform, shop, buyer);
    await buyer.sendsPhoto(inShop());
    await shop.owner.reads(inShop(), (message) => /withdrawn|replaced/i.test(message.text));
    await platform.quiet();
    const mine = await database.payment.findMany({
      where: { endUser: { telegramUserId: buyer.id } },
      orderBy: { id: 'asc' },
    });
    expect(mine.map(({ status }) => status)).toEqual(['cancelled', 'pending']);
    expect(mine[0]?.id).toBe(first);
    expect(mine[1]?.amount.toFixed(2)).toBe(mine[0]?.amount.toFixed(2));
    await shop.owner.presses(inShop(), `approve:${first}`);
    expect(told(shop.owner, inShop())).toMatch(/withdrawn, replaced/);
    expect((await payment(first)).status).toBe('cancelled');
  });

  test('of an album the first picture is the receipt, and the rest withdraws nothing', async () => {
    const { database } = platform;
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other);
    await buyer.presses(other.shop, `plan:${other.planId}`);
    for (let picture = 0; picture < 3; picture += 1) {
      await buyer.sendsPhoto(other.shop, { album: 'screens' });
    }
    await platform.quiet();
    const mine = { endUser: { telegramUserId: buyer.id } };
    expect(await database.payment.findMany({ where: mine, select: { status: true } })).toEqual([
      { status: 'pending' },
    ]);
    const shown = buyer.chatWith(other.shop).messages.filter(({ text }) => text.includes('under review'));
    expect(shown).toHaveLength(1);
    await buyer.sendsPhoto(other.shop);
    await platform.quiet();
    expect(await database.payment.count({ where: { ...mine, status: 'cancelled' } })).toBe(1);
  });

  test('while one waits another plan of the chat is refused, with a button to withdraw it', async () => {
    const buyer = await newBuyer(platform, shop);
    const waiting = await payFor(platform, shop, buyer);
    await buyer.presses(inShop(), `plan:${shop.planId}`);
    expect(buyer.chatWith(inShop()).last?.text).toContain('under review');
    await buyer.taps(inShop(), /Withdraw the receipt/);
    expect((await payment(waiting)).status).toBe('cancelled');
    await buyer.presses(inShop(), `plan:${shop.planId}`);
    expect(buyer.chatWith(inShop()).last?.text).toContain('8600');
  });

  test('the owner’s /start lists what waits, and shows each receipt again', async () => {
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other, { firstName: 'Listed' });
    const id = await payFor(platform, other, buyer);
    await other.owner.reads(other.shop, 'Receipt no.');
    await other.owner.starts(other.shop);
    expect(other.owner.chatWith(other.shop).last?.text).toContain('1 receipt to review');
    await other.owner.taps(other.shop, /Listed/);
    const again = other.owner.chatWith(other.shop).last;
    expect(again?.photo).toBeDefined();
    await other.owner.taps(other.shop, /Approve/);
    await other.owner.reads(
      other.shop,
      ({ id: message, text }) => message === again?.id && /Approved by you/.test(text),
    );
    await buyer.presses(other.shop, `receipt:${id}`);
    expect(told(buyer, other.shop)).toContain('no longer available');
  });

  test('a receipt that is decided before Telegram’s answer to its message is heard of says so too', async () => {
    const { telegram, database } = platform;
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other);
    const answer = holdAnswer(telegram, 'sendPhoto');
    const id = await payFor(platform, other, buyer);
    await other.owner.reads(other.shop, 'Receipt no.');
    await other.owner.taps(other.shop, /Approve/);
    answer.release();
    await other.owner.reads(other.shop, 'Approved by you');
    await platform.quiet();
    expect(await database.reviewMessage.count({ where: { paymentId: id } })).toBe(1);
  });

  test('the same file again is flagged', async () => {
    const uniqueId = 'the-one-receipt';
    const first = await newBuyer(platform, shop, { firstName: 'Honest' });
    await first.presses(inShop(), `plan:${shop.planId}`);
    await first.sendsPhoto(inShop(), { uniqueId });
    const clean = await shop.owner.reads(inShop(), 'Honest');
    expect(clean.text).not.toContain('same file');
    const second = await newBuyer(platform, shop, { firstName: 'Copycat' });
    await second.presses(inShop(), `plan:${shop.planId}`);
    await second.sendsPhoto(inShop(), { uniqueId });
    const flagged = await shop.owner.reads(inShop(), 'Copycat');
    expect(flagged.text).toContain('same file');
    await platform.quiet();
  });

  test('an owner who closed the seller bot gets the receipt uploaded through the main bot, and decides there', async () => {
    const { mainBot } = platform;
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other, { firstName: 'Detour' });
    await other.owner.blocks(other.shop);
    await buyer.presses(other.shop, `plan:${other.planId}`);
    await buyer.sendsPhoto(other.shop);
    const receipt = await other.owner.reads(
      mainBot,
      (message) => /Detour/.test(message.text) && !!message.photo,
    );
    expect(receipt.photo).toBeDefined();
    await other.owner.taps(mainBot, /Approve/);
    await buyer.reads(other.shop, holdsLink);
    await other.owner.reads(mainBot, /Approved by you/);
    await platform.quiet();
  });

  test.each(['seller bot', 'main bot'])(
    'an owner who closed both bots gets it when the %s opens, and moderators hear of it after a day',
    async (opened) => {
      const { mainBot, moderator, clock, app, database } = platform;
      await moderator.starts(mainBot);
      const other = await openShop(platform);
      const buyer = await newBuyer(platform, other, { firstName: 'Patient' });
      await other.owner.blocks(other.shop);
      await other.owner.blocks(mainBot);
      await buyer.presses(other.shop, `plan:${other.planId}`);
      await buyer.sendsPhoto(other.shop);
      await platform.quiet();
      clock.passes({ hours: 24 });
      await app.jobs.sweep();
      await moderator.reads(mainBot, 'Patient');
      // As after many attempts: the next one is an hour away.
      const request = { kind: 'review-request', doneAt: null, claimedBy: null };
      const retryAt = new Date(Date.now() + HOUR_MS);
      expect(await database.outboxMessage.updateMany({ where: request, data: { retryAt } })).toEqual({
        count: 1,
      });
      const bot = opened === 'main bot' ? mainBot : other.shop;
      await other.owner.starts(bot);
      await other.owner.reads(bot, (message) => /Patient/.test(message.text) && !!message.photo);
      await platform.quiet();
    },
  );

  test('the owner is reminded of a receipt after 1, 6 and 24 hours, and moderators hear after 72', async () => {
    const { telegram, mainBot, moderator, clock, app } = platform;
    await moderator.starts(mainBot);
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other, { firstName: 'Waiter' });
    const id = await payFor(platform, other, buyer);
    await expect.poll(() => platform.database.reviewMessage.count({ where: { paymentId: id } })).toBe(1);
    const reminders = () =>
      other.owner.chatWith(other.shop).messages.filter(({ text }) => text.includes('⏰')).length;
    for (const [hours, expected] of [
      [1, 1],
      [5, 2],
      [18, 3],
      [24, 3],
    ] as const) {
      clock.passes({ hours });
      await app.jobs.sweep();
      await telegram.until(() => reminders() >= expected, { what: `reminder ${expected}` });
      await platform.quiet();
      expect(reminders()).toBe(expected);
    }
    clock.passes({ hours: 24 });
    await app.jobs.sweep();
    await moderator.reads(mainBot, 'Waiter');
    await other.owner.presses(other.shop, `approve:${id}`);
    await telegram.until(
      () =>
        other.owner.chatWith(other.shop).messages.filter(({ text }) => text.includes('Approved by you'))
          .length >= 4,
      { what: 'every copy to tell the decision' },
    );
  });
});
