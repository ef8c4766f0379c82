import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, round, startPlatform } from '../../../support/platform.ts';
import { attemptIn, type ClickCaller, connectClick } from '../../../support/providers/click-caller.ts';
import { payTariff } from '../../../support/providers/paid-tariff.ts';
import {
  connectPayme,
  newTransactionId,
  type PaymeAccount,
} from '../../../support/providers/payme-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let payme: PaymeAccount;
let click: ClickCaller;
let buyer: SandboxPerson;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await payTariff(platform, shop);
  payme = await connectPayme(platform, shop);
  click = await connectClick(platform, shop);
});
afterAll(() => platform.closesClean());
beforeEach(async () => {
  buyer = await newBuyer(platform, shop);
});

const spaces = (text: string) => text.replaceAll('\u00A0', ' ');
const last = (person: SandboxPerson) => person.chatWith(shop.shop).last;
const textOf = (person: SandboxPerson) => spaces(last(person)?.text ?? '');
const buttonsOf = (person: SandboxPerson) => last(person)?.buttons.flat() ?? [];

const orderOf = (person: SandboxPerson) =>
  platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: BigInt(person.id) } },
    orderBy: { id: 'desc' },
  });

/** @returns the order's number */
async function chooses(person: SandboxPerson, method: string): Promise<number> {
  await person.presses(shop.shop, `pay:${shop.planId}:${method}`);
  await platform.quiet();
  return (await orderOf(person)).id;
}

async function presses(person: SandboxPerson, data: string): Promise<string> {
  await person.presses(shop.shop, data);
  await platform.quiet();
  return textOf(person);
}

describe('An order by a provider', () => {
  test('is one screen with the link, and needs no receipt', async () => {
    await presses(buyer, `plan:${shop.planId}`);
    expect(buttonsOf(buyer).map(({ data }) => data)).toEqual(
      expect.arrayContaining(['card', 'payme', 'click'].map((method) => `pay:${shop.planId}:${method}`)),
    );
    const id = await chooses(buyer, 'payme');
    expect(textOf(buyer)).toMatch(new RegExp(`50,000 UZS[\\s\\S]*${id}[\\s\\S]*14:00`));
    const [pay, paid, cancel] = buttonsOf(buyer);
    const account = await platform.database.merchantAccount.findUniqueOrThrow({
      where: { id: payme.accountId },
    });
    const { cashboxId } = account.details as { cashboxId: string };
    const fields = `m=${cashboxId};ac.order_id=${id};a=5000000;l=en;c=https://t.me/${shop.shop.username}`;
    expect(pay).toMatchObject({
      url: `https://checkout.paycom.uz/${Buffer.from(fields).toString('base64')}`,
    });
    expect([paid?.data, cancel?.data]).toEqual([`paid:${id}`, `cancel:${id}`]);
    await buyer.sendsPhoto(shop.shop);
    await buyer.reads(shop.shop, 'With Payme nothing has to be sent');
    expect(await orderOf(buyer)).toMatchObject({ status: 'created', receiptAt: null });
  });

  test('says how it stands: nothing heard, running, given up, paid, and ended', async () => {
    const id = await chooses(buyer, 'click');
    expect(buttonsOf(buyer)[0]?.url).toContain(
      `&amount=50000.00&transaction_param=${id}&return_url=https%3A%2F%2Ft.me%2F${shop.shop.username}`,
    );
    expect(await presses(buyer, `paid:${id}`)).toContain('hasn’t told us');
    const first = click.of(id, { click_trans_id: '71' });
    const prepared = attemptIn(await click.prepare(first));
    const until = new Date(platform.clock.now().getTime() + 5 * 3_600_000 + 30 * 60_000);
    const time = until.toISOString().slice(11, 16);
    expect(await presses(buyer, `paid:${id}`)).toContain(`wait until ${time}`);
    await click.complete({ ...first, merchant_prepare_id: prepared, error: '-5017' });
    expect(await presses(buyer, `paid:${id}`)).toContain('wasn’t completed');
    const second = click.of(id, { click_trans_id: '72' });
    const again = attemptIn(await click.prepare(second));
    expect((await click.complete({ ...second, merchant_prepare_id: again })).error).toBe(0);
    await platform.quiet();
    await buyer.presses(shop.shop, `paid:${id}`);
    const paid = await buyer.reads(shop.shop, 'Paid:');
    expect(paid.buttons.flat().some(({ data }) => data?.startsWith('relink:'))).toBe(true);
    const other = await newBuyer(platform, shop);
    const cancelled = await chooses(other, 'click');
    await presses(other, `cancel:${cancelled}`);
    expect(await presses(other, `paid:${cancelled}`)).toContain('closed');
  });

  test('is told to its buyer alone, and only where a provider takes it', async () => {
    const id = await chooses(buyer, 'payme');
    const stranger = await newBuyer(platform, shop);
    await stranger.presses(shop.shop, `paid:${id}`);
    await platform.quiet();
    expect(stranger.chatWith(shop.shop).last?.text).not.toContain('Payme');
    await shop.owner.presses(shop.shop, `paid:${id}`);
    const byCard = await chooses(stranger, 'card');
    await presses(stranger, `paid:${byCard}`);
    expect(textOf(stranger)).toContain('8600');
  });
});

describe('While a provider takes the money', () => {
  test('nothing is cancelled or chosen in its place until the time that is told, and then it is', async () => {
    const id = await chooses(buyer, 'payme');
    expect((await payme.live.create(newTransactionId(), id)).result).toMatchObject({ state: 1 });
    const until = new Date(platform.clock.now().getTime() + 5 * 3_600_000 + 30 * 60_000);
    const told = `Payme is taking your payment. If you left it, wait until ${until.toISOString().slice(11, 16)}.`;
    for (const data of [`cancel:${id}`, `plan:${shop.planId}`, `pay:${shop.planId}:card`]) {
      await buyer.presses(shop.shop, data);
      await platform.quiet();
      expect(textOf(buyer), data).toContain(told);
      expect(buttonsOf(buyer)[0], data).toMatchObject({ data: `paid:${id}` });
    }
    expect(await orderOf(buyer)).toMatchObject({ id, status: 'created' });
    platform.clock.passes({ minutes: 31 });
    const byCard = await chooses(buyer, 'card');
    expect(byCard).toBeGreaterThan(id);
    expect(await platform.database.payment.findUniqueOrThrow({ where: { id } })).toMatchObject({
      status: 'cancelled',
    });
  });

  test('an attempt that has run out holds nothing, and the sweep ends it with its reason', async () => {
    const id = await chooses(buyer, 'payme');
    const time = platform.clock.now().getTime() - 43_200_000 + 60_000;
    expect((await payme.live.create(newTransactionId(), id, { time })).result).toMatchObject({ state: 1 });
    platform.clock.passes({ minutes: 2 });
    const other = await newBuyer(platform, shop);
    const ofOther = await chooses(other, 'payme');
    await payme.live.create(newTransactionId(), ofOther, {
      time: platform.clock.now().getTime() - 43_200_000 + 60_000,
    });
    await presses(buyer, `cancel:${id}`);
    expect(await orderOf(buyer)).toMatchObject({ status: 'cancelled', lockedUntil: null });
    platform.clock.passes({ minutes: 2 });
    await round(platform);
    expect(await platform.database.payment.findUniqueOrThrow({ where: { id: ofOther } })).toMatchObject({
      status: 'created',
      lockedUntil: null,
    });
    const attempts = await platform.database.paymentAttempt.findMany({
      where: { paymentId: { in: [id, ofOther] } },
    });
    expect(attempts).toHaveLength(2);
    for (const attempt of attempts) expect(attempt).toMatchObject({ state: 'expired', reason: 4 });
  });

  test('an order of yesterday stays until its attempt is over', async () => {
    const id = await chooses(buyer, 'click');
    platform.clock.passes({ hours: 23 });
    expect((await click.prepare(click.of(id, { click_trans_id: '81' }))).error).toBe(0);
    const free = await newBuyer(platform, shop);
    const unpaid = await chooses(free, 'click');
    platform.clock.passes({ hours: 24 });
    await round(platform);
    const status = async (number: number) =>
      (await platform.database.payment.findUniqueOrThrow({ where: { id: number } })).status;
    expect([await status(id), await status(unpaid)]).toEqual(['created', 'cancelled']);
    platform.clock.passes({ minutes: 1 });
    await round(platform);
    expect(await status(id)).toBe('cancelled');
  });
});
