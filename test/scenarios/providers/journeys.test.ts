import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClickMerchantApi } from '../../../sandbox/providers/click-merchant-api.ts';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { type BadLine, startBadLine } from '../../support/providers/bad-line.ts';
import { choosesToPay, connectProvider } from '../../support/providers/played.ts';
import { holdsLink, linkIn, newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let api: ClickMerchantApi;
let shop: Shop;
let line: BadLine;
beforeAll(async () => {
  let now = () => new Date();
  api = await new ClickMerchantApi({ now: () => now() }).listen();
  platform = await startPlatform({ environment: { CLICK_API_ROOT: api.root } });
  now = platform.clock.now;
  line = await startBadLine(() => platform.app.origin);
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
  await Promise.all([api.close(), line.close()]);
});

const newcomer = () => newBuyer(platform, shop);

/** Whoever has paid is let in by the link that came by itself. */
async function getsIn(buyer: SandboxPerson): Promise<void> {
  const welcome = await buyer.reads(shop.shop, holdsLink);
  await buyer.joins(linkIn(welcome));
  expect(shop.chat.has(buyer)).toBe(true);
  await platform.quiet();
}

const orderOf = async (number: number | string) =>
  platform.database.payment.findUniqueOrThrow({ where: { id: Number(number) } });

describe('By Payme', () => {
  test('somebody pays and is in; its owner gives the money back in the cabinet, and the time is gone', async () => {
    const payme = await connectProvider(platform, shop, 'payme');
    const buyer = await newcomer();
    const { transaction, isPaid } = await payme.pays(await choosesToPay(shop, buyer, 'payme'));
    expect(isPaid).toBe(true);
    await getsIn(buyer);
    if (!transaction) throw new Error('Nothing was paid.');
    expect((await payme.setFiscalData(transaction)).result).toEqual({ success: true });
    await payme.takesBack(transaction);
    await platform.quiet();
    expect(shop.chat.has(buyer)).toBe(false);
    expect(await orderOf(transaction.order.number)).toMatchObject({ status: 'reversed' });

    const undecided = await newcomer();
    const link = await choosesToPay(shop, undecided, 'payme');
    const begun = await payme.begins(link);
    if (!begun.transaction) throw new Error('Nothing was begun.');
    await payme.takesBack(begun.transaction);
    expect((await payme.pays(link)).isPaid).toBe(true);
    await payme.reconciles();
  });
});

describe('By Click', () => {
  test('somebody pays and is in; Click gives the money back when its owner asks, or by itself', async () => {
    const click = await connectProvider(platform, shop, 'click');
    api.serves(click);
    const buyer = await newcomer();
    const { payment, isPaid } = await click.pays(await choosesToPay(shop, buyer, 'click'));
    expect(isPaid).toBe(true);
    await getsIn(buyer);
    api.failsNext('dies before', 502);
    await shop.owner.presses(shop.shop, `revert:${payment.order.number}`);
    await shop.owner.presses(shop.shop, `revert:${payment.order.number}:yes`);
    await expect
      .poll(async () => {
        await platform.app.jobs.sweep();
        await platform.quiet();
        platform.clock.passes({ minutes: 5 });
        return payment.state;
      })
      .toBe('given back');
    await platform.quiet();
    expect(shop.chat.has(buyer)).toBe(false);

    const other = await newcomer();
    const second = await click.pays(await choosesToPay(shop, other, 'click'));
    await getsIn(other);
    await click.takesBack(second.payment);
    await platform.quiet();
    expect(shop.chat.has(other)).toBe(false);
  });
});

describe('By Uzum', () => {
  test('somebody pays and is in; the bank takes the money back', async () => {
    const uzum = await connectProvider(platform, shop, 'uzum');
    const buyer = await newcomer();
    const { transaction, isPaid } = await uzum.pays(await choosesToPay(shop, buyer, 'uzum'));
    expect(isPaid).toBe(true);
    await getsIn(buyer);
    await uzum.takesBack(transaction);
    await platform.quiet();
    expect(shop.chat.has(buyer)).toBe(false);
  });
});

describe('When answers get lost on the way back', () => {
  test('whoever asks again is told the same, and what was paid is paid once', async () => {
    const { shop: bot, planId } = await openShop(platform);
    const through = { ...platform, line };
    const payme = await connectProvider(through, { shop: bot }, 'payme');
    const click = await connectProvider(through, { shop: bot }, 'click');
    const uzum = await connectProvider(through, { shop: bot }, 'uzum');
    const buyer = await newBuyer(platform, { shop: bot });
    const chooses = (provider: 'payme' | 'click' | 'uzum') =>
      choosesToPay({ shop: bot, planId }, buyer, provider);

    line.loses('CreateTransaction', 2);
    line.loses('PerformTransaction');
    expect((await payme.pays(await chooses('payme'))).isPaid).toBe(true);
    await platform.quiet();
    line.loses('/prepare');
    line.loses('/complete', 2);
    expect((await click.pays(await chooses('click'))).isPaid).toBe(true);
    await platform.quiet();
    line.loses('/confirm');
    line.loses('/status', 3);
    expect((await uzum.pays(await chooses('uzum'))).isPaid).toBe(true);
    await platform.quiet();

    const attempts = await platform.database.paymentAttempt.findMany({
      where: { bot: { telegramBotId: BigInt(bot.id) } },
      include: { payment: true, refund: true },
      orderBy: { id: 'asc' },
    });
    expect(attempts.map(({ provider, settled }) => [provider, settled])).toEqual([
      ['payme', true],
      ['click', true],
      ['uzum', true],
    ]);
    expect(attempts.map(({ payment }) => payment?.status)).toEqual(['approved', 'approved', 'approved']);
    expect(attempts.every(({ refund }) => refund === null)).toBe(true);
    const told = platform.log.map((text) => JSON.parse(text)).filter(({ msg }) => msg === 'a callback');
    expect(Math.max(...told.map(({ ms }) => ms))).toBeGreaterThan(0);
  });
});
