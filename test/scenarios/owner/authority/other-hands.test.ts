import { afterAll, beforeAll, expect, test } from 'vitest';
import { BotApiClient } from '../../../support/bot-api-client.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { settled } from '../../../support/settled.ts';
import { newMember, openShop, type Shop } from '../../../support/shop.ts';
import { updatesByHand } from '../../../support/updates-by-hand.ts';

/** Signs for administrators who wish to be unknown. */
const ANONYMOUS = { id: 1_087_968_824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' };

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

const said = ({ owner }: Shop, words: string) =>
  owner.chatWith(platform.mainBot).messages.filter(({ text }) => text.includes(words));
const subscription = (id: number) => platform.database.subscription.findUniqueOrThrow({ where: { id } });

/** Another bot that keeps order in the chat, and is none of ours. */
async function guardOf({ owner, chat }: Shop): Promise<BotApiClient> {
  const guard = platform.telegram.newBot({
    username: `guard_${chat.title.replace(/\W/g, '_')}_bot`,
    name: 'Guard',
  });
  await owner.adds(guard, chat);
  return new BotApiClient(platform.telegram, guard.token);
}

async function minutesPass(minutes: number): Promise<void> {
  // Another bot's calls are answered before ours have heard of what they did.
  await platform.quiet();
  platform.clock.passes({ minutes });
  await settled(platform);
}

test('a member whom another bot puts out and lets in again at once keeps everything, and nobody is asked', async () => {
  const shop = await openShop(platform, { kind: 'group' });
  const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Human' });
  const guard = await guardOf(shop);
  const about = { chat_id: shop.chat.id, user_id: member.id };
  await guard.ask('banChatMember', about);
  await guard.ask('unbanChatMember', about);
  await shop.owner.letsIn(member, shop.chat);
  await minutesPass(2);
  expect(await subscription(subscriptionId)).toMatchObject({ status: 'active', kickedAt: null });
  expect(said(shop, 'by hand')).toEqual([]);
  expect(said(shop, 'Another bot removed')).toEqual([]);
  const done = await platform.database.auditEntry.findMany({ where: { action: 'member.removed-by-hand' } });
  expect(done.filter(({ target }) => target === `subscription:${subscriptionId}`)).toEqual([]);
});

test('a member whom another bot bans keeps the subscription, and the owner is asked what to do', async () => {
  const { app, mainBot } = platform;
  const shop = await openShop(platform);
  const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Suspect' });
  const guard = await guardOf(shop);
  await guard.ask('banChatMember', { chat_id: shop.chat.id, user_id: member.id });
  await minutesPass(2);
  await shop.owner.reads(mainBot, /Another bot removed Suspect/);
  // Nor does the night end what the owner was asked about.
  await app.jobs.reconcile();
  await expect.poll(() => app.countJobs()).toBe(0);
  expect(await subscription(subscriptionId)).toMatchObject({ status: 'active', kickedAt: null });
  expect(said(shop, 'Another bot removed')).toHaveLength(1);
  await shop.owner.taps(mainBot, /Let in again/);
  await member.reads(shop.shop, 'Here is your link');
  expect(shop.chat.isBanned(member)).toBe(false);
});

test('the trail says who did it: another administrator is not the owner, and of a ban found at night nobody is named', async () => {
  const { database } = platform;
  const shop = await openShop(platform);
  const helper = platform.telegram.newPerson({ firstName: 'Helper' });
  await shop.owner.letsIn(helper, shop.chat);
  await shop.owner.promotes(helper, shop.chat, ['can_restrict_members']);
  const { member, subscriptionId } = await newMember(platform, shop);
  await helper.removes(member, shop.chat);
  await shop.owner.reads(platform.mainBot, 'by hand');
  const entry = await database.auditEntry.findFirstOrThrow({
    where: { action: 'member.removed-by-hand', target: `subscription:${subscriptionId}` },
  });
  expect(entry.actor).toBe(`chat-admin:${helper.id}`);
});

test('an anonymous administrator, whom Telegram shows as a bot of its own, removes by hand', async () => {
  const shop = await openShop(platform, { kind: 'group' });
  const { member, subscriptionId } = await newMember(platform, shop);
  await updatesByHand(platform, shop.shop).isPutOut(member, shop.chat, ANONYMOUS);
  await shop.owner.reads(platform.mainBot, 'by hand');
  expect((await subscription(subscriptionId)).status).toBe('kicked');
});

test.each(['at once', 'by the night'])(
  'an administrator whose subscription ended is put out once they are none any more: %s',
  async (when) => {
    const { app, clock, mainBot, telegram } = platform;
    const shop = await openShop(platform);
    const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Chief' });
    await shop.owner.promotes(member, shop.chat, ['can_invite_users']);
    clock.passes({ days: 32 });
    await app.jobs.expire();
    await shop.owner.reads(mainBot, /Chief.*no longer has a subscription/);
    await app.jobs.reconcile();
    await settled(platform);
    expect(said(shop, 'no longer has a subscription')).toHaveLength(1);
    if (when === 'at once') await shop.owner.demotes(member, shop.chat);
    else {
      // The word of it never comes.
      shop.chat.setMember(member, { status: 'member' });
      clock.passes({ hours: 2 });
      await app.jobs.reconcile();
    }
    await telegram.until(() => !shop.chat.has(member), { what: 'the former administrator to be out' });
    await settled(platform);
    expect((await subscription(subscriptionId)).kickedAt).not.toBeNull();
    expect(said(shop, 'was removed')).toHaveLength(1);
  },
);

test('a friend whom a buyer adds to the sold group by hand is put out, and both are told', async () => {
  const { mainBot, telegram } = platform;
  const shop = await openShop(platform, { kind: 'group' });
  const { member } = await newMember(platform, shop, { firstName: 'Buyer' });
  const friend = telegram.newPerson({ firstName: 'Friend', username: 'friend_of_buyer' });
  await member.bringsIn(friend, shop.chat);
  await telegram.until(() => !shop.chat.has(friend), { what: 'the friend to be out' });
  await shop.owner.reads(mainBot, /Buyer.* added .*by hand/);
  await member.reads(shop.shop, 'has no subscription, so they were removed');
  expect(shop.chat.has(member)).toBe(true);
  expect(shop.chat.isBanned(friend)).toBe(false);
});

test('whom an administrator adds stays, be it the owner, a helper or a buyer in office', async () => {
  const { telegram } = platform;
  const shop = await openShop(platform, { kind: 'group' });
  const { member } = await newMember(platform, shop, { firstName: 'Officer' });
  await shop.owner.promotes(member, shop.chat, ['can_invite_users']);
  const guest = telegram.newPerson({ firstName: 'Guest' });
  const relative = telegram.newPerson({ firstName: 'Relative' });
  await member.bringsIn(guest, shop.chat);
  await shop.owner.letsIn(relative, shop.chat);
  await settled(platform);
  expect([shop.chat.has(guest), shop.chat.has(relative)]).toEqual([true, true]);
  expect(said(shop, 'by hand')).toEqual([]);
});

test('a friend with a subscription of their own stays, whoever adds them', async () => {
  const shop = await openShop(platform, { kind: 'group' });
  const { member } = await newMember(platform, shop, { firstName: 'First' });
  const { member: other } = await newMember(platform, shop, { firstName: 'Second' });
  await other.leaves(shop.chat);
  await member.bringsIn(other, shop.chat);
  await settled(platform);
  expect(shop.chat.has(other)).toBe(true);
  expect(said(shop, 'by hand')).toEqual([]);
});
