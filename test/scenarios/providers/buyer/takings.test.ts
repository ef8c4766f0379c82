import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { attemptIn, connectClick, orderByClick } from '../../../support/providers/click-caller.ts';
import { newBuyer, newMember, openShop, type Shop } from '../../../support/shop.ts';

/** 50 000 by card, 50 000 by Click, 150 Stars, and a test that was paid. */
let platform: Platform;
let shop: Shop;
let buyer: SandboxPerson;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await newMember(platform, shop);
  const click = await connectClick(platform, shop);
  buyer = await newBuyer(platform, shop);
  const pays = async (isTest: boolean, transaction: string) => {
    const call = click.of(await orderByClick(platform, shop, buyer, { isTest }), {
      click_trans_id: transaction,
    });
    await click.complete({ ...call, merchant_prepare_id: attemptIn(await click.prepare(call)) });
  };
  await pays(false, '11');
  await pays(true, '22');
  const stars = await orderByClick(platform, shop, buyer, { method: 'starsub', amount: '150' });
  const approvedAt = platform.clock.now();
  await platform.database.payment.update({
    where: { id: stars },
    data: { currency: 'XTR', status: 'approved', approvedAt, decidedAt: approvedAt },
  });
  await platform.quiet();
});
afterAll(() => platform.closesClean());

const spaces = (text: string) => text.replaceAll('\u00A0', ' ');

test('statistics tell money and Stars apart, by method, and know no tests', async () => {
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:stats`);
  const screen = spaces((await shop.owner.reads(platform.mainBot, 'All time')).text);
  expect(screen).toContain('Today: 100,000 UZS');
  expect(screen).toContain('💳 Card transfer: 50,000 UZS');
  expect(screen).toContain('📱 Click: 50,000 UZS');
  expect(screen).toContain('⭐ Telegram Stars: 150 ⭐');
  expect(screen).toContain('Approved: 3');
});

test('the file for a spreadsheet names method, currency and attempts', async () => {
  const { botDirectory, exports } = platform.app.services;
  const runnable = await botDirectory.findRunnable(BigInt(shop.shop.id));
  if (!runnable) throw new Error('The shop does not run.');
  const owner = { kind: 'owner', telegramUserId: BigInt(shop.owner.id) } as const;
  const rows = [];
  for await (const row of exports.payments(runnable.scope, owner)) rows.push(row);
  expect(rows).toMatchObject([
    { method: 'card', currency: 'UZS', amount: 5_000_000n, attempts: [] },
    {
      method: 'click',
      currency: 'UZS',
      amount: 5_000_000n,
      attempts: [{ providerTxnId: '11', state: 'paid' }],
    },
    { method: 'starsub', currency: 'XTR', amount: 150n, attempts: [] },
  ]);
});

test('a person reads of their own payments by which method they were, and of no tests', async () => {
  const { botDirectory, privacy } = platform.app.services;
  const runnable = await botDirectory.findRunnable(BigInt(shop.shop.id));
  if (!runnable) throw new Error('The shop does not run.');
  const { id: endUserId, telegramUserId } = await platform.database.endUser.findFirstOrThrow({
    where: { telegramUserId: BigInt(buyer.id) },
  });
  const kept = await privacy.readEndUser(runnable.scope, { kind: 'endUser', endUserId, telegramUserId });
  expect(kept).toMatchObject({
    payments: [
      { paymentMethod: 'click', currency: 'UZS', attempts: [{ provider: 'click', providerTxnId: '11' }] },
      { paymentMethod: 'starsub', currency: 'XTR', attempts: [] },
    ],
  });
});
