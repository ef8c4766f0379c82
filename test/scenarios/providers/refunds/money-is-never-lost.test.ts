import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  attemptIn,
  type ClickCaller,
  connectClick,
  orderByClick,
} from '../../../support/providers/click-caller.ts';
import {
  connectPayme,
  newTransactionId,
  type PaymeAccount,
} from '../../../support/providers/payme-caller.ts';
import { connectUzum, newTransId, type UzumCaller } from '../../../support/providers/uzum-caller.ts';
import { Random } from '../../../support/random.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

const PAYERS = Number(process.env['PAYERS'] ?? 6);
const SEED = Number(process.env['SEED'] ?? 20261128);

let platform: Platform;
let shop: Shop;
let click: ClickCaller;
let payme: PaymeAccount;
let uzum: UzumCaller;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  click = await connectClick(platform, shop, { merchantUserId: null });
  payme = await connectPayme(platform, shop);
  uzum = await connectUzum(platform, shop);
});
afterAll(() => platform.closesClean());

type Deed = () => Promise<unknown>;

/** What a provider, its owner and the buyer may do about an order, whatever came before. */
const DEEDS = {
  async click(order: number): Promise<Deed[]> {
    const tries = await Promise.all(
      ['1', '2'].map(async (number) => {
        const about = click.of(order, { click_trans_id: `${order}0${number}` });
        return { ...about, merchant_prepare_id: attemptIn(await click.prepare(about)) };
      }),
    );
    return tries.flatMap((one) => [
      () => click.complete(one),
      () => click.complete(one),
      () => click.complete({ ...one, error: '-5017' }),
    ]);
  },
  async payme(order: number): Promise<Deed[]> {
    const id = newTransactionId();
    await payme.live.create(id, order);
    return [() => payme.live.perform(id), () => payme.live.perform(id), () => payme.live.cancel(id)];
  },
  async uzum(order: number): Promise<Deed[]> {
    const id = newTransId();
    await uzum.create(order, id);
    return [() => uzum.confirm(id), () => uzum.confirm(id), () => uzum.reverse(id)];
  },
};
const METHODS = ['click', 'click', 'payme', 'uzum'] as const;

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((one) => ({ one, at: random.fraction() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** One person and a few orders of theirs, one after the other: all that can happen to them, in any order and at once. */
async function round(random: Random): Promise<void> {
  const { database } = platform;
  const buyer = await newBuyer(platform, shop);
  const orders: number[] = [];
  const deeds: Deed[] = [];
  for (let count = 0; count < 2; count += 1) {
    const method = random.pick(METHODS);
    const order = await orderByClick(platform, shop, buyer, { method });
    orders.push(order);
    deeds.push(...(await DEEDS[method](order)));
    // Given up for the next one.
    await database.payment.updateMany({
      where: { id: order, status: 'created' },
      data: { status: 'cancelled' },
    });
  }
  const { endUserId } = await database.payment.findUniqueOrThrow({ where: { id: orders[0] ?? 0 } });
  if (random.chance(20)) deeds.push(() => shop.owner.presses(platform.mainBot, `user:${endUserId}:ban`));
  const all = shuffled(deeds, random);
  while (all.length > 0) await Promise.all(all.splice(0, 1 + random.int(4)).map((deed) => deed()));
  const refunds = await database.refund.findMany({ where: { attempt: { paymentId: { in: orders } } } });
  await Promise.all(
    refunds.flatMap(({ id }) => [
      shop.owner.presses(platform.mainBot, `refund:${id}:${random.pick(['done', 'credit:yes'])}`),
      shop.owner.presses(platform.mainBot, `refund:${id}:credit:yes`),
    ]),
  );
  await platform.quiet();
  await expectNothingLost(endUserId);
}

async function expectNothingLost(endUserId: number): Promise<void> {
  const { database } = platform;
  const attempts = await database.paymentAttempt.findMany({
    where: { payment: { endUserId } },
    include: { payment: true, refund: { include: { creditedPayment: true } } },
  });
  for (const { id, state, settled, payment, refund } of attempts) {
    const how = `attempt ${id}: ${state}, settled ${settled}, ${payment?.status}, refund ${refund?.status}`;
    if (state === 'paid') {
      expect(settled ? payment?.status === 'approved' : refund !== null, how).toBe(true);
      expect(refund?.status === 'credited', how).toBe(refund?.creditedPayment?.status === 'approved');
    } else if (settled) expect(payment?.status, how).toBe('reversed');
    if (state === 'refunded') {
      expect(['open', 'sending'], how).not.toContain(refund?.status);
      expect(refund?.creditedPayment?.status ?? 'reversed', how).toBe('reversed');
    }
    if (state === 'created' || state === 'cancelled') expect(refund, how).toBeNull();
  }
  // Time is there for each purchase that is approved, once, and for none else.
  const [approved, entries] = await Promise.all([
    database.payment.findMany({ where: { endUserId, status: 'approved' }, select: { id: true } }),
    database.timeEntry.findMany({ where: { endUserId, takenBackAt: null }, select: { sourceId: true } }),
  ]);
  const given = entries.map(({ sourceId }) => sourceId ?? 0);
  expect(new Set(given)).toEqual(new Set(approved.map(({ id }) => id)));
  expect(given).toHaveLength(approved.length);
}

test('whatever happens at once, money that came has given what it bought, waits to be returned, or went back', async () => {
  const random = new Random(SEED);
  for (let count = 0; count < PAYERS; count += 1) await round(random);
  const outcomes = await platform.database.paymentAttempt.groupBy({ by: ['state', 'settled'], _count: true });
  expect(outcomes.length, JSON.stringify(outcomes)).toBeGreaterThan(2);
}, 900_000);
