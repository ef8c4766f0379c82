import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { buyAccess, newBuyer, newMember, openShop, type Shop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeEach(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

const channelOf = ({ chat }: Pick<Shop, 'chat'>) =>
  platform.database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(chat.id) } });
const subscription = (id: number) => platform.database.subscription.findUniqueOrThrow({ where: { id } });

/** The owner types whom nobody is to remove. */
async function putsOnList(person: Pick<SandboxPerson, 'id'>): Promise<number> {
  const { id } = await channelOf(shop);
  await shop.owner.presses(platform.mainBot, `chat:${id}:free-add`);
  await shop.owner.sends(platform.mainBot, String(person.id));
  await platform.quiet();
  const row = await platform.database.freeMember.findFirstOrThrow({
    where: { telegramUserId: person.id },
    orderBy: { id: 'desc' },
  });
  return row.id;
}

async function takesOff(freeMemberId: number): Promise<void> {
  await shop.owner.presses(platform.mainBot, `free:${freeMemberId}:remove:yes`);
  await settled(platform);
}

const endsIn = (id: number, hours: number) =>
  platform.database.subscription.update({
    where: { id },
    data: { expiresAt: new Date(platform.clock.now().getTime() + hours * HOUR_MS) },
  });

const heardOf = (person: SandboxPerson, words: RegExp) =>
  person.chatWith(shop.shop).messages.filter(({ text }) => words.test(text));

describe('whoever is on the free list', () => {
  test('stays at the end of their time, warned of nothing and told nothing; taken off, they leave as due', async () => {
    const { app } = platform;
    const { member, subscriptionId } = await newMember(platform, shop);
    const entry = await putsOnList(member);
    await endsIn(subscriptionId, 24);
    await round(platform, 'warn');
    await endsIn(subscriptionId, -2);
    await round(platform, 'expire');
    await settled(platform);
    expect(await subscription(subscriptionId)).toMatchObject({ status: 'expired', kickedAt: null });
    await app.jobs.reconcile();
    await settled(platform);
    expect(shop.chat.has(member)).toBe(true);
    expect(heardOf(member, /⏳|⌛️/)).toEqual([]);
    await takesOff(entry);
    expect(shop.chat.has(member)).toBe(false);
    await shop.owner.reads(platform.mainBot, 'was removed');
  });

  test('has no grace, and is not asked to come back', async () => {
    const { mainBot, clock } = platform;
    for (const [name, days] of [
      ['grace', '3'],
      ['winback', '1'],
    ]) {
      await shop.owner.presses(mainBot, `bot:${shop.shop.id}:set:${name}`);
      await shop.owner.sends(mainBot, days ?? '');
    }
    const { member, subscriptionId } = await newMember(platform, shop);
    await putsOnList(member);
    await endsIn(subscriptionId, -2);
    await round(platform, 'expire');
    await settled(platform);
    expect(await subscription(subscriptionId)).toMatchObject({ status: 'expired', graceUntil: null });
    clock.passes({ hours: 72 });
    await platform.app.jobs.sweep();
    await settled(platform);
    expect(heardOf(member, /⌛️|👋 /)).toEqual([]);
    expect((await subscription(subscriptionId)).winbackAt).toBeNull();
  });

  test('stays when they come in by another’s link, and when a buyer adds them', async () => {
    const group = await openShop(platform, { kind: 'group' });
    const { link } = await buyAccess(platform, shop);
    const friend = platform.telegram.newPerson({ firstName: 'Friend' });
    await putsOnList(friend);
    await friend.joins(link);
    await settled(platform);
    expect(shop.chat.has(friend)).toBe(true);
    await shop.owner.reads(platform.mainBot, 'has access of their own and stays');

    const { member: adder } = await newMember(platform, group);
    const added = platform.telegram.newPerson({ firstName: 'Added' });
    const { id } = await channelOf(group);
    await group.owner.presses(platform.mainBot, `chat:${id}:free-add`);
    await group.owner.sends(platform.mainBot, String(added.id));
    await adder.bringsIn(added, group.chat);
    await settled(platform);
    expect(group.chat.has(added)).toBe(true);
  });

  test('stays when a purchase is taken back', async () => {
    const { member, paymentId, subscriptionId } = await newMember(platform, shop);
    await putsOnList(member);
    await shop.owner.presses(shop.shop, `revert:${paymentId}:yes`);
    await settled(platform);
    expect(await subscription(subscriptionId)).toMatchObject({ status: 'kicked' });
    expect(shop.chat.has(member)).toBe(true);
  });

  test('is out when they are banned, and offered no way in', async () => {
    const { member, endUserId } = await newMember(platform, shop);
    await putsOnList(member);
    await shop.owner.presses(platform.mainBot, `user:${endUserId}:ban`);
    await settled(platform);
    expect(shop.chat.has(member)).toBe(false);
    const { id } = await channelOf(shop);
    await member.presses(shop.shop, `free-link:${id}`);
    expect(told(member, shop.shop)).not.toContain('One moment');
  });

  test('is put out as ever by the bot that has the chat now, whatever list another had', async () => {
    const { database, clock } = platform;
    const other = await openShop(platform);
    const { member, subscriptionId } = await newMember(platform, other);
    const former = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });
    const now = clock.now();
    await database.channel.create({
      data: {
        botId: former.id,
        telegramChatId: BigInt(other.chat.id),
        type: 'channel',
        title: 'Before',
        connectedAt: now,
        disconnectedAt: now,
      },
    });
    await database.freeMember.create({
      data: { botId: former.id, telegramUserId: member.id, name: '', addedBy: shop.owner.id, addedAt: now },
    });
    await endsIn(subscriptionId, -2);
    await round(platform, 'expire');
    await settled(platform);
    expect(other.chat.has(member)).toBe(false);
  });
});

describe('a way in', () => {
  test('stands on /start for whoever is on the list, works for them alone, and not when they are taken off', async () => {
    const guest = await newBuyer(platform, shop, { firstName: 'Guest' });
    const entry = await putsOnList(guest);
    await guest.starts(shop.shop);
    await guest.reads(shop.shop, 'you’re on the free list');
    await guest.taps(shop.shop, '🔗 The way in');
    const invited = await guest.reads(shop.shop, /is waiting for you/);
    const url = invited.buttons.flat().find((one) => one.url?.includes('t.me/+'))?.url ?? '';
    // Asked again, it is the same one.
    platform.clock.passes({ minutes: 1 });
    await guest.presses(shop.shop, `free-link:${(await channelOf(shop)).id}`);
    await settled(platform);
    expect(await platform.database.freeLink.count()).toBe(1);

    const stranger = platform.telegram.newPerson({ firstName: 'Stranger' });
    await stranger.joins(url);
    await settled(platform);
    expect(shop.chat.has(stranger)).toBe(false);
    await shop.owner.reads(platform.mainBot, /Stranger.*through the link of Guest.*was removed/);

    platform.clock.passes({ minutes: 1 });
    await guest.presses(shop.shop, `free-link:${(await channelOf(shop)).id}`);
    await settled(platform);
    const anew = guest.chatWith(shop.shop).messages.findLast(({ text }) => text.includes('is waiting'));
    const newUrl = anew?.buttons.flat().find((one) => one.url?.includes('t.me/+'))?.url ?? '';
    expect(newUrl).not.toBe(url);
    await guest.joins(newUrl);
    await settled(platform);
    expect(shop.chat.has(guest)).toBe(true);
    platform.clock.passes({ minutes: 1 });
    await guest.presses(shop.shop, `free-link:${(await channelOf(shop)).id}`);
    await guest.reads(shop.shop, 'already');

    await takesOff(entry);
    expect(shop.chat.has(guest)).toBe(false);
    await guest.starts(shop.shop);
    expect(guest.chatWith(shop.shop).last?.text).not.toContain('free list');
    await guest.presses(shop.shop, `free-link:${(await channelOf(shop)).id}`);
    expect(told(guest, shop.shop)).toContain('no longer available');
  });

  test('by which somebody came back after their time holds them no longer than the list; who came in without us stays', async () => {
    const { id } = await channelOf(shop);
    const { member, subscriptionId } = await newMember(platform, shop);
    await endsIn(subscriptionId, -2);
    await round(platform, 'expire');
    await settled(platform);
    expect(shop.chat.has(member)).toBe(false);
    const entry = await putsOnList(member);
    platform.clock.passes({ minutes: 2 });
    await member.presses(shop.shop, `free-link:${id}`);
    await settled(platform);
    const { link } = await platform.database.freeLink.findFirstOrThrow({ orderBy: { id: 'desc' } });
    await member.joins(link);
    await settled(platform);
    expect(shop.chat.has(member)).toBe(true);
    await takesOff(entry);
    expect(shop.chat.has(member)).toBe(false);

    const guest = platform.telegram.newPerson({ firstName: 'Guest' });
    await shop.owner.letsIn(guest, shop.chat);
    await takesOff(await putsOnList(guest));
    expect(shop.chat.has(guest)).toBe(true);
  });

  test('is for nobody else, and for nobody whom somebody put out by hand', async () => {
    const { id } = await channelOf(shop);
    const nobody = await newBuyer(platform, shop);
    await nobody.presses(shop.shop, `free-link:${id}`);
    expect(told(nobody, shop.shop)).toContain('no longer available');
    const guest = await newBuyer(platform, shop, { firstName: 'Guest' });
    await putsOnList(guest);
    await shop.owner.bans(guest, shop.chat);
    await guest.presses(shop.shop, `free-link:${id}`);
    await guest.reads(shop.shop, 'Somebody removed you');
  });

  test('that was given before somebody was taken off lets them in no more', async () => {
    const guest = await newBuyer(platform, shop, { firstName: 'Guest' });
    const entry = await putsOnList(guest);
    await guest.presses(shop.shop, `free-link:${(await channelOf(shop)).id}`);
    await settled(platform);
    const { link } = await platform.database.freeLink.findFirstOrThrow();
    await takesOff(entry);
    await guest.joins(link);
    await settled(platform);
    expect(shop.chat.has(guest)).toBe(false);
  });
});
