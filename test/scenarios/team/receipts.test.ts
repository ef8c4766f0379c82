import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
let receipts: SandboxPerson;
let all: SandboxPerson;
let support: SandboxPerson;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  receipts = (await newManager(platform, shop, 'receipts', { firstName: 'Malika' })).manager;
  all = (await newManager(platform, shop, 'all', { firstName: 'Jasur' })).manager;
  support = (await newManager(platform, shop, 'support', { firstName: 'Nodira' })).manager;
});
afterAll(async () => {
  await platform.closesClean();
});

async function newReceipt(firstName = 'Bobur'): Promise<{ buyer: SandboxPerson; paymentId: number }> {
  const buyer = await newBuyer(platform, shop, { firstName });
  const paymentId = await payFor(platform, shop, buyer);
  await settled(platform);
  return { buyer, paymentId };
}

/** Their copies of a receipt, the newest last. */
const copiesOf = (person: SandboxPerson, paymentId: number) =>
  person
    .chatWith(shop.shop)
    .messages.filter(({ text, photo }) => photo !== undefined && text.includes(`no. ${paymentId}`));

const statusOf = async (id: number) =>
  (await platform.database.payment.findUniqueOrThrow({ where: { id } })).status;

const buttonsOf = (person: SandboxPerson, paymentId: number) =>
  copiesOf(person, paymentId).flatMap(({ buttons }) => buttons.flat().map(({ text }) => text));

test('whoever may decide gets their own copy, and every copy tells who decided', async () => {
  const { database } = platform;
  const { buyer, paymentId } = await newReceipt();
  expect([shop.owner, receipts, all, support].map((one) => copiesOf(one, paymentId).length)).toEqual([
    1, 1, 1, 0,
  ]);
  await receipts.taps(shop.shop, /Approve/);
  await buyer.reads(shop.shop, '🎉 Approved');
  await settled(platform);
  expect(copiesOf(receipts, paymentId)[0]?.text).toContain('✅ Approved by you');
  for (const one of [shop.owner, all]) {
    expect(copiesOf(one, paymentId)[0]?.text).toContain('✅ Approved by Malika');
  }
  // What was given is taken back by the owner, or by whoever may do all.
  expect(buttonsOf(receipts, paymentId)).toEqual([]);
  expect(buttonsOf(all, paymentId)).toEqual([expect.stringContaining('Undo')]);
  const payment = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect(payment.reviewedBy).toBe(BigInt(receipts.id));
  const line = await database.auditEntry.findFirstOrThrow({ where: { target: `payment:${paymentId}` } });
  expect(line).toMatchObject({ action: 'payment.approved', actor: `manager:${receipts.id}` });
  await receipts.presses(shop.shop, `revert:${paymentId}:yes`);
  expect(told(receipts, shop.shop)).toContain('no longer available');
  expect(await statusOf(paymentId)).toBe('approved');
  await all.presses(shop.shop, `revert:${paymentId}:yes`);
  await settled(platform);
  expect(await statusOf(paymentId)).toBe('reversed');
});

test('a manager rejects with a reason of their own, below their copy', async () => {
  const { buyer, paymentId } = await newReceipt('Kamola');
  await receipts.presses(shop.shop, `reject:${paymentId}:text`);
  await receipts.sends(shop.shop, 'Nothing has come to the card');
  await buyer.reads(shop.shop, 'Nothing has come to the card');
  await settled(platform);
  expect(await statusOf(paymentId)).toBe('rejected');
  expect(copiesOf(shop.owner, paymentId)[0]?.text).toContain('Rejected by Malika');
});

test('who was removed a moment before decides nothing, and gets nothing more', async () => {
  const { mainBot, database } = platform;
  const { manager, managerId } = await newManager(platform, shop, 'receipts', { firstName: 'Shahnoza' });
  const { paymentId } = await newReceipt('Temur');
  expect(copiesOf(manager, paymentId)).toHaveLength(1);
  await shop.owner.presses(mainBot, `mgr:${managerId}:remove:yes`);
  await manager.presses(shop.shop, `approve:${paymentId}`);
  expect(told(manager, shop.shop)).toContain('no longer available');
  expect(await statusOf(paymentId)).toBe('pending');
  const next = await newReceipt('Anvar');
  expect(copiesOf(manager, next.paymentId)).toEqual([]);
  const messages = await database.outboxMessage.findMany({ where: { kind: 'manager-review', doneAt: null } });
  expect(messages).toEqual([]);
});

test('everybody who decides is reminded; a manager who never opened the bot gets theirs by the main bot', async () => {
  const { mainBot, clock } = platform;
  const quiet = await openShop(platform);
  const { manager } = await newManager(platform, quiet, 'receipts', { firstName: 'Feruza' });
  await manager.blocks(quiet.shop);
  const buyer = await newBuyer(platform, quiet);
  const paymentId = await payFor(platform, quiet, buyer);
  await settled(platform);
  const inMain = manager.chatWith(mainBot).messages.filter(({ photo }) => photo !== undefined);
  expect(inMain).toHaveLength(1);
  clock.passes({ hours: 1 });
  await settled(platform);
  for (const [person, bot] of [
    [quiet.owner, quiet.shop],
    [manager, mainBot],
  ] as const) {
    await person.reads(bot, /still waits|waiting/i);
  }
  await manager.presses(mainBot, `approve:${paymentId}`);
  await buyer.reads(quiet.shop, '🎉 Approved');
});

test('a manager finds what waits in the seller bot, and buys there like anybody', async () => {
  const { paymentId } = await newReceipt('Laziz');
  await receipts.starts(shop.shop);
  await receipts.reads(shop.shop, /receipt/i);
  await receipts.presses(shop.shop, `receipt:${paymentId}`);
  await settled(platform);
  expect(copiesOf(receipts, paymentId)).toHaveLength(2);
  await receipts.presses(shop.shop, 'try');
  await receipts.presses(shop.shop, `plan:${shop.planId}`);
  await receipts.sendsPhoto(shop.shop);
  await settled(platform);
  const own = await platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: receipts.id }, status: 'pending' },
  });
  await shop.owner.presses(shop.shop, `approve:${own.id}`);
  await receipts.reads(shop.shop, '🎉 Approved');
});

test('who helped and is forgotten leaves their decisions, and neither name nor id', async () => {
  const { mainBot, database } = platform;
  const { manager } = await newManager(platform, shop, 'receipts', { firstName: 'Umida' });
  const { paymentId } = await newReceipt('Sevara');
  await manager.presses(shop.shop, `reject:${paymentId}:amount`);
  await settled(platform);
  await manager.presses(mainBot, 'forget:yes');
  await settled(platform);
  expect(await database.botManager.count({ where: { telegramUserId: manager.id } })).toBe(0);
  expect(await database.managerInvite.count({ where: { openedBy: manager.id } })).toBe(0);
  const { reviewedBy, status } = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect(status).toBe('rejected');
  expect(Number(reviewedBy)).toBeLessThan(0);
  expect(await database.auditEntry.count({ where: { actor: `manager:${manager.id}` } })).toBe(0);
  await manager.presses(shop.shop, `approve:${paymentId}`);
  expect(await statusOf(paymentId)).toBe('rejected');
});
