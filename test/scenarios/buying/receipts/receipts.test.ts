import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { settled } from '../../../support/settled.ts';
import { newBuyer, openShop, payFor, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let groupPlan: number;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  const { mainBot, database } = platform;
  const group = shop.owner.createsGroup('Club chat', { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  await shop.owner.reads(mainBot, 'Club chat');
  const channel = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(group.id) } });
  await shop.owner.presses(mainBot, `price:${channel.id}:1`);
  await shop.owner.sends(mainBot, '50 000');
  groupPlan = (await database.plan.findFirstOrThrow({ where: { channelId: channel.id } })).id;
});
afterAll(async () => {
  await platform.closesClean();
});

const paymentsOf = (buyer: { id: number }) =>
  platform.database.payment.findMany({
    where: { endUser: { telegramUserId: buyer.id } },
    orderBy: { id: 'asc' },
  });
const SAME = 'same file was sent before';

test('a file is known again whatever was chosen first, from whom it comes, and after its sender was forgotten', async () => {
  const { database } = platform;
  const first = await newBuyer(platform, shop, { firstName: 'Crafty' });
  await first.presses(shop.shop, `plan:${groupPlan}`);
  await first.presses(shop.shop, `plan:${shop.planId}`);
  await first.sendsPhoto(shop.shop, { uniqueId: 'one-file' });
  const clean = await shop.owner.reads(shop.shop, 'Crafty');
  expect(clean.text).not.toContain(SAME);
  const channelPayment = (await paymentsOf(first)).find(({ status }) => status === 'pending');
  await shop.owner.presses(shop.shop, `approve:${channelPayment?.id}`);
  await settled(platform);
  await first.sendsPhoto(shop.shop, { uniqueId: 'one-file' });
  const flagged = await shop.owner.reads(shop.shop, SAME);
  expect(flagged.text).toContain('Club chat');

  await first.presses(shop.shop, 'forget:yes');
  await settled(platform);
  expect(await database.endUser.count({ where: { telegramUserId: first.id } })).toBe(0);
  expect(await database.payment.count({ where: { receiptUniqueId: 'one-file' } })).toBe(0);
  const second = await newBuyer(platform, shop, { firstName: 'Copycat' });
  await second.presses(shop.shop, `plan:${shop.planId}`);
  await second.sendsPhoto(shop.shop, { uniqueId: 'one-file' });
  expect((await shop.owner.reads(shop.shop, 'Copycat')).text).toContain(SAME);
});

test('the review tells of an approval that was taken back', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Reversed' });
  const id = await payFor(platform, shop, buyer);
  await shop.owner.presses(shop.shop, `approve:${id}`);
  await shop.owner.presses(shop.shop, `revert:${id}:yes`);
  await settled(platform);
  const again = await payFor(platform, shop, buyer);
  const review = await shop.owner.reads(shop.shop, `Receipt no. ${again}\n`);
  expect(review.text).toContain('1 undone');
  expect(review.text).not.toContain('First payment');
});

test('the words below a receipt reach the owner, as many as there is room for, and go with its file', async () => {
  const { database, app, clock } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Wordy' });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop, { caption: 'Paid from <my> brother’s card' });
  const short = await shop.owner.reads(shop.shop, 'Wordy');
  expect(short.text).toContain('Paid from <my> brother’s card');
  await buyer.sendsPhoto(shop.shop, { caption: 'ש'.repeat(500) + '😀'.repeat(500) });
  await shop.owner.reads(shop.shop, 'ששש');
  const last = (await paymentsOf(buyer)).at(-1);
  await shop.owner.presses(shop.shop, `reject:${last?.id}:amount`);
  await settled(platform);
  expect((await shop.owner.reads(shop.shop, 'ששש')).text).toContain('Rejected by you');
  clock.passes({ days: 91 });
  await app.jobs.reconcile();
  expect(await database.payment.count({ where: { receiptNote: { not: null }, status: 'rejected' } })).toBe(0);
});

test('a receipt of somebody with lifetime access is refused, and they read why', async () => {
  const { database, clock } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Forever' });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  const endUser = await database.endUser.findFirstOrThrow({ where: { telegramUserId: buyer.id } });
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  await database.subscription.create({
    data: { endUserId: endUser.id, channelId, startedAt: clock.now(), status: 'active' },
  });
  await buyer.sendsPhoto(shop.shop);
  const answer = buyer.chatWith(shop.shop).last;
  expect(answer?.text).toContain('lifetime access');
  expect(answer?.buttons.flat().map(({ data }) => data)).toContain('support');
  expect((await paymentsOf(buyer)).map(({ status }) => status)).toEqual(['created']);
});

test('a picture that replaces another in the same message is a further receipt, once', async () => {
  const { clock } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Editor' });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop, { uniqueId: 'wrong-picture' });
  await shop.owner.reads(shop.shop, 'Editor');
  // Chosen meanwhile, and not what the edited message was for.
  await buyer.presses(shop.shop, `plan:${groupPlan}`);
  await buyer.edits(shop.shop, { kind: 'photo', uniqueId: 'right-picture', caption: 'the right one' });
  const review = await shop.owner.reads(shop.shop, 'the right one');
  expect(review.photo?.uniqueId).toBe('right-picture');
  const statuses = async () => (await paymentsOf(buyer)).map(({ status }) => status).sort();
  expect(await statuses()).toEqual(['cancelled', 'created', 'pending']);
  // Other words alone bring no further one.
  const answers = buyer.chatWith(shop.shop).messages.length;
  clock.passes({ minutes: 1 });
  await buyer.edits(shop.shop, { caption: 'the very right one' });
  await platform.quiet();
  expect(await statuses()).toEqual(['cancelled', 'created', 'pending']);
  expect(buyer.chatWith(shop.shop).messages).toHaveLength(answers);

  const pending = (await paymentsOf(buyer)).find(({ status }) => status === 'pending');
  await shop.owner.presses(shop.shop, `approve:${pending?.id}`);
  await settled(platform);
  await buyer.edits(shop.shop, { kind: 'photo', uniqueId: 'too-late' });
  await buyer.reads(shop.shop, 'already been approved');
});

test('an edited text, and an edit in a chat of others, are nothing', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Writer' });
  await buyer.sends(shop.shop, 'hello');
  const before = buyer.chatWith(shop.shop).messages.length;
  await buyer.edits(shop.shop, { caption: '/start' });
  await buyer.edits(platform.mainBot, { caption: 'hello' }).catch(() => undefined);
  expect(buyer.chatWith(shop.shop).messages).toHaveLength(before);
});

test('a decision under a message that Telegram shows no more is told', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Unseen' });
  const id = await payFor(platform, shop, buyer);
  const review = await shop.owner.reads(shop.shop, 'Unseen');
  await shop.owner.presses(shop.shop, `approve:${id}`, { message: review, isTooOld: true });
  await shop.owner.reads(
    shop.shop,
    ({ id: message, text }) =>
      message !== review.id && text.includes(`no. ${id}`) && text.includes('Approved by you'),
  );
});
