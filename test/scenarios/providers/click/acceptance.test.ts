import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  attemptIn,
  type ClickCaller,
  type ClickReply,
  connectClick,
  orderByClick,
} from '../../../support/providers/click-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let click: ClickCaller;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  click = await connectClick(platform, shop, { liveAt: null });
  tester = await newBuyer(platform, shop);
});
afterAll(() => platform.closesClean());

let tester: SandboxPerson;
/** To try Click. */
const testOrder = () => orderByClick(platform, shop, tester, { isTest: true });

test('Click’s own fifteen scenarios come out as its manual says, all under one click_trans_id', async () => {
  const badly = { sign_string: 'd'.repeat(32) };
  const errors: (number | null)[] = [];
  const note = (reply: ClickReply): ClickReply => {
    expect(reply.status).toBe(200);
    errors.push(reply.error);
    return reply;
  };

  const first = await testOrder();
  note(await click.prepare(click.of(first, badly)));
  note(await click.prepare(click.of(999_999)));
  const prepared = attemptIn(note(await click.prepare(click.of(first))));
  const complete = { merchant_prepare_id: prepared };
  note(await click.complete(click.of(first, { ...complete, ...badly })));
  note(await click.complete(click.of(first, { ...complete, amount: '499' })));
  note(await click.complete(click.of(first, complete)));
  note(await click.complete(click.of(first, complete)));
  note(await click.complete(click.of(first, { ...complete, error: '-5017' })));

  const second = await testOrder();
  const ofSecond = attemptIn(note(await click.prepare(click.of(second))));
  note(await click.complete(click.of(second, { merchant_prepare_id: '999999999' })));
  note(await click.complete(click.of(second, { merchant_prepare_id: ofSecond })));

  const third = await testOrder();
  const ofThird = { merchant_prepare_id: attemptIn(note(await click.prepare(click.of(third)))) };
  note(await click.complete(click.of(third, { ...ofThird, error: '-5017' })));
  note(await click.complete(click.of(third, { ...ofThird, error: '-5017' })));
  note(await click.complete(click.of(third, ofThird)));

  expect(errors).toEqual([-1, -5, 0, -1, -2, 0, -4, -9, 0, -6, 0, 0, -9, -9, -9]);
  await platform.quiet();
  const theirs = { endUser: { telegramUserId: tester.id } };
  expect(await platform.database.subscription.count({ where: theirs })).toBe(0);
  expect(await platform.database.refund.count()).toBe(0);
  const orders = await platform.database.payment.findMany({ where: theirs, orderBy: { id: 'asc' } });
  expect(orders.map(({ status }) => status)).toEqual(['reversed', 'approved', 'created']);
});
