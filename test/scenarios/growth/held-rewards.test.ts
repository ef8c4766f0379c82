import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { comesBy, inviteCodeOf, offerReward, referralOf, takesBack } from '../../support/growth/inviting.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newMember, openShop, type Shop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
let inviter: SandboxPerson;
let code: string;
/** The file that everybody here pays with. */
const bytes = randomBytes(64);

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await offerReward(platform, shop, { referral: 'days', referralDays: 7 });
  inviter = (await newMember(platform, shop, { firstName: 'Inviter' })).member;
  code = await inviteCodeOf(platform, shop, inviter);
  await paysWithTheSame(await comesBy(platform, shop, code, 'First'));
});
afterAll(async () => {
  await platform.closesClean();
});

async function paysWithTheSame(friend: SandboxPerson): Promise<number> {
  await friend.presses(shop.shop, `plan:${shop.planId}`);
  await friend.sendsDocument(shop.shop, { bytes, mimeType: 'application/pdf', fileName: 'receipt.pdf' });
  await platform.quiet();
  const { id } = await platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: friend.id }, status: 'pending' },
  });
  await shop.owner.presses(shop.shop, `approve:${id}`);
  await platform.quiet();
  return id;
}

/** A friend whose receipt somebody had used before. */
async function newDoubtful(firstName: string) {
  const friend = await comesBy(platform, shop, code, firstName);
  const paymentId = await paysWithTheSame(friend);
  const { id } = await referralOf(platform, friend);
  return { friend, paymentId, id };
}

const statusOf = async (friend: SandboxPerson) => (await referralOf(platform, friend)).status;
const decides = async (person: SandboxPerson, id: number, how: 'give' | 'deny') => {
  await person.presses(platform.mainBot, `ref:${id}:${how}`);
  await platform.quiet();
};
const entries = (id: number) =>
  platform.database.timeEntry.count({ where: { source: 'referral', sourceId: id, takenBackAt: null } });

test('a doubtful purchase is told to the owner alone, with both decisions, which their page offers too', async () => {
  const { friend, id, paymentId } = await newDoubtful('Doubtful');
  expect(await statusOf(friend)).toBe('held');
  const asked = await shop.owner.reads(platform.mainBot, 'Give the reward?');
  const offered = asked.buttons.flat().map(({ data }) => data);
  expect(offered).toEqual([`ref:${id}:give`, `ref:${id}:deny`, `bot:${shop.shop.id}:ref`]);
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:ref`);
  const page = shop.owner.chatWith(platform.mainBot).last;
  expect(page?.text).toContain('waiting for your decision: 1');
  expect(page?.text).toContain(`no. ${paymentId}: Inviter`);
  expect(page?.buttons.flat().map(({ data }) => data)).toEqual(expect.arrayContaining(offered.slice(0, 2)));

  await decides(shop.owner, id, 'give');
  expect(await statusOf(friend)).toBe('given');
  expect(await entries(id)).toBe(1);
  await inviter.reads(shop.shop, 'you get 7 days');
  await decides(shop.owner, id, 'deny');
  expect(told(shop.owner, platform.mainBot)).toContain('decided before');
  expect(await statusOf(friend)).toBe('given');
});

test('what is denied earns nothing, and the inviter is not told', async () => {
  const { friend, id } = await newDoubtful('Denied');
  const before = inviter.chatWith(shop.shop).messages.length;
  await decides(shop.owner, id, 'deny');
  await decides(shop.owner, id, 'give');
  expect(told(shop.owner, platform.mainBot)).toContain('decided before');
  expect(await statusOf(friend)).toBe('denied');
  expect(await entries(id)).toBe(0);
  expect(inviter.chatWith(shop.shop).messages).toHaveLength(before);
});

test('nobody but its owner decides', async () => {
  const { friend, id } = await newDoubtful('Guarded');
  const { owner: stranger } = await openShop(platform);
  for (const person of [inviter, friend]) await person.starts(platform.mainBot);
  for (const person of [stranger, inviter, friend]) {
    for (const how of ['give', 'deny'] as const) await decides(person, id, how);
  }
  expect(told(stranger, platform.mainBot)).toContain('no longer available');
  await decides(shop.owner, id + 1_000, 'give');
  expect(told(shop.owner, platform.mainBot)).toContain('no longer available');
  expect(await statusOf(friend)).toBe('held');
  expect(await entries(id)).toBe(0);
  expect(await platform.database.auditEntry.count({ where: { action: 'referral.given' } })).toBe(1);
});

test('a purchase that was taken back leaves nothing to decide', async () => {
  const { friend, id, paymentId } = await newDoubtful('Undone');
  await takesBack(platform, shop, paymentId);
  expect(await statusOf(friend)).toBe('came');
  await decides(shop.owner, id, 'give');
  expect(await statusOf(friend)).toBe('came');
  expect(await entries(id)).toBe(0);
});
