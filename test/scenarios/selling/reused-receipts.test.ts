import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

/** Somebody new pays with a file, as their telephone has it: its id at Telegram is another each time. */
async function paysWith(
  shop: Shop,
  bytes: Uint8Array,
  kind: 'photo' | 'document' = 'document',
): Promise<{ buyer: SandboxPerson; paymentId: number }> {
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  if (kind === 'photo') await buyer.sendsPhoto(shop.shop, { bytes });
  else await buyer.sendsDocument(shop.shop, { bytes, mimeType: 'application/pdf', fileName: 'receipt.pdf' });
  await settled(platform);
  const { id } = await platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: buyer.id, bot: { telegramBotId: shop.shop.id } }, status: 'pending' },
  });
  return { buyer, paymentId: id };
}

const reviewOf = (shop: Shop, paymentId: number) =>
  shop.owner.chatWith(shop.shop).messages.find(({ text }) => text.includes(`Receipt no. ${paymentId}\n`));

test.each(['document', 'photo'] as const)(
  'the same %s at two bots of an owner is told in both reviews, which keep their buttons, and in a quiet notice',
  async (kind) => {
    const { mainBot, database } = platform;
    const first = await openShop(platform);
    const second = await openShop(platform, { owner: first.owner });
    const stranger = await openShop(platform);
    const bytes = randomBytes(64);
    const one = await paysWith(first, bytes, kind);
    expect(reviewOf(first, one.paymentId)?.text).not.toContain('file');
    const other = await paysWith(second, bytes, kind);
    const early = reviewOf(first, one.paymentId);
    const late = reviewOf(second, other.paymentId);
    expect(late?.text).toContain(`came with receipt no. ${one.paymentId}, @${first.shop.username}`);
    expect(early?.text).toContain(
      `again later, with receipt no. ${other.paymentId}, @${second.shop.username}`,
    );
    for (const review of [early, late])
      expect(review?.buttons.flat().map(({ text }) => text)).toEqual(['✅ Approve', '❌ Reject']);
    const notice = await first.owner.reads(mainBot, 'with the same file');
    expect(notice.text).toContain(`Receipt no. ${other.paymentId}`);
    expect(notice.silent).toBe(true);
    const { receiptSha256 } = await database.payment.findUniqueOrThrow({ where: { id: one.paymentId } });
    expect(receiptSha256).toMatch(/^[0-9a-f]{64}$/);

    // What is decided says both.
    await first.owner.presses(first.shop, `approve:${one.paymentId}`);
    await settled(platform);
    expect(reviewOf(first, one.paymentId)?.text).toContain('again later');
    expect(reviewOf(first, one.paymentId)?.text).toContain('Approved by you');

    // Another owner's receipts are nobody's business.
    const apart = await paysWith(stranger, bytes, kind);
    expect(reviewOf(stranger, apart.paymentId)?.text).not.toContain('file');
  },
);

test('a file that is known at Telegram is told at once, whichever of the owner’s bots it came to', async () => {
  const first = await openShop(platform);
  const second = await openShop(platform, { owner: first.owner });
  const [one, other] = [await newBuyer(platform, first), await newBuyer(platform, second)];
  await one.presses(first.shop, `plan:${first.planId}`);
  await one.sendsPhoto(first.shop, { uniqueId: 'passed-on' });
  await settled(platform);
  await other.presses(second.shop, `plan:${second.planId}`);
  await other.sendsPhoto(second.shop, { uniqueId: 'passed-on' });
  await second.owner.reads(second.shop, `@${first.shop.username}`);
  await settled(platform);
  // The review came with it: nothing has to be told besides.
  const notices = second.owner.chatWith(platform.mainBot).messages.map(({ text }) => text);
  expect(notices.filter((text) => text.includes('with the same file'))).toEqual([]);
});

test('the review comes, is decided and pays, however long the file cannot be fetched', async () => {
  const { telegram, database } = platform;
  const shop = await openShop(platform);
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  const fetchedAgain = telegram.failAll('getFile', { kind: 'serverError' });
  await buyer.sendsPhoto(shop.shop);
  const review = await shop.owner.reads(shop.shop, 'Receipt no.');
  await shop.owner.taps(shop.shop, '✅ Approve', { message: review });
  await buyer.reads(shop.shop, /Approved/);
  const theirs = { where: { endUser: { telegramUserId: buyer.id } } };
  expect(await database.payment.findFirstOrThrow(theirs)).toMatchObject({
    status: 'approved',
    receiptSha256: null,
  });
  fetchedAgain();
  await settled(platform);
  expect((await database.payment.findFirstOrThrow(theirs)).receiptSha256).toMatch(/^[0-9a-f]{64}$/);
});

test('what is known of a file by its bytes goes after 400 days, and outlasts who sent it', async () => {
  const { app, clock, database } = platform;
  const shop = await openShop(platform);
  const bytes = randomBytes(64);
  const { buyer, paymentId } = await paysWith(shop, bytes);
  await buyer.presses(shop.shop, 'forget:yes');
  await settled(platform);
  const later = await paysWith(shop, bytes);
  expect(reviewOf(shop, later.paymentId)?.text).toContain(`receipt no. ${paymentId}`);

  const known = () => database.payment.count({ where: { id: paymentId, receiptSha256: { not: null } } });
  clock.passes({ days: 399 });
  await app.services.retention.prune();
  expect(await known()).toBe(1);
  clock.passes({ days: 2 });
  await app.services.retention.prune();
  expect(await known()).toBe(0);
});
