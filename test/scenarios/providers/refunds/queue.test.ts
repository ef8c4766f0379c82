import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  attemptIn,
  type ClickCaller,
  connectClick,
  orderByClick,
} from '../../../support/providers/click-caller.ts';
import { endOf, payTwice, refundOf, takeMoney } from '../../../support/providers/refunds.ts';
import { buyAccess, newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let click: ClickCaller;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  // Without a user of its API: the owner returns money in Click's cabinet.
  click = await connectClick(platform, shop, { merchantUserId: null });
});
afterAll(() => platform.closesClean());

const refund = (id: number) => platform.database.refund.findUniqueOrThrow({ where: { id } });
const saidTo = (person: SandboxPerson, words: string) =>
  person
    .chatWith(person === shop.owner ? platform.mainBot : shop.shop)
    .messages.filter(({ text }) => text.includes(words));

function aMonthAfter(end: Date | null | undefined): Date {
  const later = new Date(end ?? 0);
  later.setUTCMonth(later.getUTCMonth() + 1);
  return later;
}

async function paidTwice(firstName: string) {
  const buyer = await newBuyer(platform, shop, { firstName });
  const paid = await payTwice(platform, shop, click, buyer);
  await platform.quiet();
  return { buyer, ...paid };
}

test('money that came twice waits for its owner, who returns it and says so; each is told once', async () => {
  const { owner } = shop;
  const { mainBot } = platform;
  const { buyer, refundId, orderNumber, second } = await paidTwice('Tohir');
  expect(await refund(refundId)).toMatchObject({ status: 'open', reason: 'duplicate', closedAt: null });
  expect(saidTo(owner, 'Tohir').filter(({ text }) => text.includes('paid 50'))).toHaveLength(2);
  await owner.reads(mainBot, 'Please return the money');
  await buyer.reads(shop.shop, 'The seller will return it');

  await owner.presses(mainBot, `bot:${shop.shop.id}`);
  await owner.taps(mainBot, '↩️ Refunds: 1');
  await owner.taps(mainBot, /50,000.*Tohir/);
  const page = await owner.reads(mainBot, `order no. ${orderNumber}`);
  expect(page.text).toContain(second['click_trans_id']);
  expect(page.text).toContain('the money came twice');
  expect(page.buttons.flat().map(({ text }) => text)).not.toContain('↩️ Return the money');
  await owner.presses(mainBot, `refund:${refundId}:send`);
  await owner.isTold(mainBot, 'can’t be returned from here');

  const before = await endOf(platform, shop, buyer);
  platform.clock.passes({ minutes: 1 });
  await owner.taps(mainBot, '✅ I returned it');
  await owner.reads(mainBot, 'Returned:');
  expect(await refund(refundId)).toMatchObject({
    status: 'done',
    closedAt: platform.clock.now(),
    closedBy: `owner:${owner.id}`,
  });
  await buyer.reads(shop.shop, 'was returned');
  await owner.presses(mainBot, `refund:${refundId}:done`);
  await owner.isTold(mainBot, 'already closed');
  await platform.quiet();
  expect(saidTo(buyer, 'was returned')).toHaveLength(1);
  expect(await endOf(platform, shop, buyer)).toEqual(before);
  const trail = await platform.database.auditEntry.findMany({ where: { target: `refund:${refundId}` } });
  expect(trail.map(({ action, actor }) => [action, actor])).toEqual([
    ['refund.opened', 'provider:click'],
    ['refund.closed', `owner:${owner.id}`],
  ]);
  await owner.presses(mainBot, `bot:${shop.shop.id}:refunds:0`);
  await owner.reads(mainBot, 'No money to return');
});

test('time is given in place of the money, once, however often it is pressed; a later reversal takes it back', async () => {
  const { owner } = shop;
  const { mainBot } = platform;
  const { buyer, refundId, second } = await paidTwice('Komil');
  const month = await endOf(platform, shop, buyer);
  await owner.presses(mainBot, `refund:${refundId}`);
  await owner.taps(mainBot, '🎁 Give the time instead');
  await owner.reads(mainBot, 'You keep the money');
  expect((await refund(refundId)).status).toBe('open');
  await Promise.all(
    [1, 2, 3].map(() => owner.presses(mainBot, `refund:${refundId}:credit:yes`, { wait: false })),
  );
  await owner.reads(mainBot, 'Time was given instead');
  await buyer.reads(shop.shop, 'Instead of returning');
  await platform.quiet();
  expect(await endOf(platform, shop, buyer)).toEqual(aMonthAfter(month));
  expect(await refund(refundId)).toMatchObject({ status: 'credited', closedBy: `owner:${owner.id}` });
  expect(saidTo(buyer, 'Instead of returning')).toHaveLength(1);

  expect(await click.complete({ ...second, error: '-5017' })).toMatchObject({ error: -9 });
  await platform.quiet();
  expect(await endOf(platform, shop, buyer)).toEqual(month);
  await owner.reads(mainBot, 'The time it gave was taken back');
  expect((await refund(refundId)).status).toBe('credited');
});

test('a refund that the provider makes itself is closed by it', async () => {
  const { buyer, refundId, second } = await paidTwice('Zarina');
  expect(await click.complete({ ...second, error: '-5017' })).toMatchObject({ error: -9 });
  expect(await refund(refundId)).toMatchObject({ status: 'done', closedBy: 'provider:click' });
  await buyer.reads(shop.shop, 'was returned');
  await shop.owner.presses(platform.mainBot, `refund:${refundId}:credit:yes`);
  await shop.owner.isTold(platform.mainBot, 'already closed');
  // What the first payment gave stays.
  expect(await endOf(platform, shop, buyer)).toBeInstanceOf(Date);
});

test('money that comes for an order given up, after something else was bought, is told of once and waits', async () => {
  const { database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Latif' });
  const orderNumber = await orderByClick(platform, shop, buyer);
  const about = click.of(orderNumber, { click_trans_id: '77001' });
  const prepared = await click.prepare(about);
  platform.clock.passes({ minutes: 31 });
  await database.payment.update({ where: { id: orderNumber }, data: { status: 'cancelled' } });
  await takeMoney(click, await orderByClick(platform, shop, buyer));
  const late = { ...about, merchant_prepare_id: attemptIn(prepared) };
  expect(await click.complete(late)).toMatchObject({ error: 0 });
  expect(await click.complete(late)).toMatchObject({ error: -4 });
  await platform.quiet();
  expect(await refundOf(platform, Number(attemptIn(prepared)))).toMatchObject({
    reason: 'late',
    status: 'open',
  });
  expect(saidTo(buyer, 'The seller will return it')).toHaveLength(1);
  expect(saidTo(shop.owner, 'Latif').filter(({ text }) => text.includes('return the money'))).toHaveLength(1);
});

test('nobody but the owner of that bot sees or closes a refund', async () => {
  const { mainBot } = platform;
  const { buyer, refundId } = await paidTwice('Nodir');
  const other = await openShop(platform);
  const stranger = platform.telegram.newPerson({ firstName: 'Nobody', languageCode: 'en' });
  await stranger.starts(mainBot);
  await stranger.presses(mainBot, 'lang:en');
  for (const person of [other.owner, stranger]) {
    for (const data of ['', ':send', ':done', ':credit', ':credit:yes']) {
      await person.presses(mainBot, `refund:${refundId}${data}`);
      await person.isTold(mainBot, 'no longer available');
    }
    await person.presses(mainBot, `bot:${shop.shop.id}:refunds:0`);
    await person.isTold(mainBot, 'no longer available');
  }
  await buyer.presses(shop.shop, `refund:${refundId}:credit:yes`);
  await buyer.isTold(shop.shop, 'no longer available');
  expect((await refund(refundId)).status).toBe('open');
});

test('whoever is banned has their money back and no time, and so has whoever holds a lifetime', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  const { buyer, refundId } = await paidTwice('Farrux');
  await database.subscription.updateMany({
    where: { endUser: { telegramUserId: buyer.id } },
    data: { expiresAt: null },
  });
  await owner.presses(mainBot, `refund:${refundId}:credit:yes`);
  await owner.isTold(mainBot, 'already has lifetime access');
  const endUser = await database.endUser.findFirstOrThrow({ where: { telegramUserId: buyer.id } });
  await owner.presses(mainBot, `user:${endUser.id}:ban`);
  await owner.presses(mainBot, `refund:${refundId}`);
  const page = await owner.reads(mainBot, 'Number at Click');
  expect(page.buttons.flat().map(({ text }) => text)).not.toContain('🎁 Give the time instead');
  await owner.presses(mainBot, `refund:${refundId}:credit:yes`);
  await owner.isTold(mainBot, 'is banned');
  expect((await refund(refundId)).status).toBe('open');
});

test('an owner reads quietly who paid what and how, unless their bot is muted, and takes it back from there', async () => {
  const { owner } = shop;
  const { mainBot } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Sevara' });
  const orderNumber = await orderByClick(platform, shop, buyer);
  const taken = await takeMoney(click, orderNumber);
  const notice = await owner.reads(mainBot, /Sevara.* paid/);
  expect(notice.text).toMatch(/paid 50,000.UZS for Club \d+ \(Click, @club_\d+_bot\)/);
  expect(notice.silent).toBe(true);
  await owner.taps(mainBot, '↩️ Take back', { message: notice });
  await owner.reads(mainBot, 'return the money in Click’s cabinet, then press');
  await owner.taps(mainBot, '✅ I returned the money');
  await owner.reads(mainBot, 'was taken back');
  await platform.quiet();
  const payment = await platform.database.payment.findUniqueOrThrow({ where: { id: orderNumber } });
  expect(payment.status).toBe('reversed');
  const attemptId = Number(taken['merchant_prepare_id']);
  const attempt = () => platform.database.paymentAttempt.findUniqueOrThrow({ where: { id: attemptId } });
  expect((await attempt()).state).toBe('paid');
  expect(await endOf(platform, shop, buyer)).toBeUndefined();
  // Click tells of it later: nothing more is taken.
  expect(await click.complete({ ...taken, error: '-5017' })).toMatchObject({ error: -9 });
  expect((await attempt()).state).toBe('refunded');
  const entries = await platform.database.timeEntry.findMany({ where: { endUserId: payment.endUserId } });
  expect(entries).toHaveLength(1);

  await owner.presses(mainBot, `bot:${shop.shop.id}:mute`);
  const quiet = await newBuyer(platform, shop, { firstName: 'Jimjit' });
  await takeMoney(click, await orderByClick(platform, shop, quiet));
  await platform.quiet();
  expect(saidTo(owner, 'Jimjit paid')).toEqual([]);
  await owner.presses(mainBot, `bot:${shop.shop.id}:unmute`);
});

test('a member inside who pays twice keeps what they bought before', async () => {
  const { member } = await buyAccess(platform, shop, { firstName: 'Avval' });
  const before = await endOf(platform, shop, member);
  const { refundId } = await payTwice(platform, shop, click, member);
  await shop.owner.presses(platform.mainBot, `refund:${refundId}:done`);
  await platform.quiet();
  const after = await endOf(platform, shop, member);
  expect(after?.getTime()).toBeGreaterThan(before?.getTime() ?? 0);
});
