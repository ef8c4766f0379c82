import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, round, startPlatform } from '../../../support/platform.ts';
import { attemptIn, type ClickCaller, connectClick } from '../../../support/providers/click-caller.ts';
import { payTariff } from '../../../support/providers/paid-tariff.ts';
import {
  connectPayme,
  newTransactionId,
  type PaymeAccount,
} from '../../../support/providers/payme-caller.ts';
import { newMember, openShop, type Shop } from '../../../support/shop.ts';

/** Of somebody whose time is up while a provider takes their money. */
let platform: Platform;
let shop: Shop;
let payme: PaymeAccount;
let click: ClickCaller;
let members: Awaited<ReturnType<typeof newMember>>[];

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  // By card, while that is all there is.
  members = [
    await newMember(platform, shop),
    await newMember(platform, shop),
    await newMember(platform, shop),
  ];
  await payTariff(platform, shop);
  payme = await connectPayme(platform, shop);
  click = await connectClick(platform, shop);
});
afterAll(() => platform.closesClean());

/** A member with ten minutes left who has chosen to renew. */
async function renews(method: string) {
  const { database, clock } = platform;
  const next = members.pop();
  if (!next) throw new Error('There is a member for each test.');
  const { member, subscriptionId, endUserId } = next;
  const expiresAt = new Date(clock.now().getTime() + 10 * 60_000);
  const told = { notified3Day: true, notified1Day: true };
  await database.subscription.update({ where: { id: subscriptionId }, data: { expiresAt, ...told } });
  await member.presses(shop.shop, `pay:${shop.planId}:${method}`);
  await platform.quiet();
  const order = await database.payment.findFirstOrThrow({ where: { endUserId }, orderBy: { id: 'desc' } });
  const read = () => database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } });
  return { member, expiresAt, number: order.id, read };
}

test('the place is held until the lock is over, and ends as usual then', async () => {
  const { clock } = platform;
  const { member, number, read } = await renews('payme');
  clock.passes({ minutes: 5 });
  await payme.live.create(newTransactionId(), number);
  clock.passes({ minutes: 20 });
  await round(platform);
  expect((await read()).status).toBe('active');
  expect(shop.chat.has(member)).toBe(true);
  clock.passes({ minutes: 11 });
  await round(platform);
  expect((await read()).status).toBe('expired');
  expect(shop.chat.has(member)).toBe(false);
});

test('whoever pays while it is held goes on from the old end, without a new link', async () => {
  const { clock } = platform;
  const { member, number, expiresAt, read } = await renews('click');
  const call = click.of(number, { click_trans_id: '91' });
  const prepared = attemptIn(await click.prepare(call));
  clock.passes({ minutes: 15 });
  await round(platform);
  expect((await read()).status).toBe('active');
  await click.complete({ ...call, merchant_prepare_id: prepared });
  await platform.quiet();
  const after = await read();
  expect(after.status).toBe('active');
  expect(after.expiresAt?.getTime()).toBeGreaterThan(expiresAt.getTime() + 27 * 24 * 3_600_000);
  expect(shop.chat.has(member)).toBe(true);
  const said = member.chatWith(shop.shop).last;
  expect(said?.buttons.flat().some(({ url }) => url?.includes('t.me/+'))).toBe(false);
});

test('where the attempt comes to nothing the place is free at once', async () => {
  const { clock } = platform;
  const { number, read } = await renews('payme');
  const transaction = newTransactionId();
  await payme.live.create(transaction, number);
  clock.passes({ minutes: 15 });
  await payme.live.cancel(transaction, 3);
  await round(platform);
  expect((await read()).status).toBe('expired');
});
