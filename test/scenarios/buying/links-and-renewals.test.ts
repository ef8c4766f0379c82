import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import {
  buyAccess,
  holdsLink,
  linkIn,
  newBuyer,
  newMember,
  openShop,
  payFor,
  type Shop,
} from '../../support/shop.ts';
import { told } from '../../support/told.ts';
import { updatesByHand } from '../../support/updates-by-hand.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const subscription = (id: number) => platform.database.subscription.findUniqueOrThrow({ where: { id } });
const inShop = () => shop.shop;

describe('links', () => {
  // Each with a shop of its own: a chat takes so many messages a second and no more.
  beforeEach(async () => {
    shop = await openShop(platform);
  });

  test('a link is dead after 24 hours, and a new one comes on request; the same one while it works', async () => {
    const { clock } = platform;
    const { member, link, subscriptionId } = await buyAccess(platform, shop, { firstName: 'Late' });
    await member.presses(inShop(), `relink:${subscriptionId}`);
    const again = await member.reads(inShop(), 'Here is your link');
    expect(linkIn(again)).toBe(link);
    clock.passes({ hours: 25 });
    expect(await member.joins(link)).toMatchObject({ ok: false, reason: 'expired' });
    await member.presses(inShop(), `relink:${subscriptionId}`);
    const fresh = await member.reads(
      inShop(),
      (message) => message.text.includes('Here is your link') && linkIn(message) !== link,
    );
    await member.joins(linkIn(fresh));
    await platform.quiet();
    expect(shop.chat.has(member)).toBe(true);
    expect(await subscription(subscriptionId)).toMatchObject({ linkUsed: true, status: 'active' });
  });

  test('a leaked link puts the stranger out, and its buyer gets a new one', async () => {
    const { telegram, mainBot } = platform;
    const { member, link, subscriptionId } = await buyAccess(platform, shop, { firstName: 'Careless' });
    const stranger = telegram.newPerson({ firstName: 'Stranger' });
    await stranger.joins(link);
    await telegram.until(() => !shop.chat.has(stranger), { what: 'the stranger to be out' });
    expect(shop.chat.isBanned(stranger)).toBe(false);
    const told = await shop.owner.reads(mainBot, /joined .* through the link of Careless/);
    expect(told.text).toMatch(/and was removed.*Careless \(.*\) gets a new one\.$/);
    const fresh = await member.reads(inShop(), 'Somebody else joined through your link');
    expect(linkIn(fresh)).not.toBe(link);
    expect(await stranger.joins(link)).toMatchObject({ ok: false, reason: 'revoked' });
    await member.joins(linkIn(fresh));
    await platform.quiet();
    expect(shop.chat.has(member)).toBe(true);
    expect(await subscription(subscriptionId)).toMatchObject({ status: 'active', linkUsed: true });
  });

  test('a leak that Telegram tells of once more after a crash is told once, and takes no second link', async () => {
    const { mainBot } = platform;
    const { member, link } = await buyAccess(platform, shop, { firstName: 'Careless' });
    const stranger = platform.telegram.newPerson({ firstName: 'Stranger' });
    await stranger.joins(link);
    const fresh = linkIn(await member.reads(inShop(), 'Somebody else joined through your link'));
    await settled(platform);
    await updatesByHand(platform, inShop()).joins(stranger, shop.chat, link);
    await settled(platform);
    const count = (messages: { text: string }[], words: string) =>
      messages.filter(({ text }) => text.includes(words)).length;
    expect(count(shop.owner.chatWith(mainBot).messages, 'through the link of Careless')).toBe(1);
    expect(count(member.chatWith(inShop()).messages, 'Somebody else joined through your link')).toBe(1);
    await member.joins(fresh);
    expect(shop.chat.has(member)).toBe(true);
  });

  test('a leak of a link that was replaced since is told, and takes nothing from its buyer', async () => {
    const { clock, mainBot } = platform;
    const { member, link, subscriptionId } = await buyAccess(platform, shop, { firstName: 'Sleepy' });
    clock.passes({ hours: 25 });
    await member.presses(inShop(), `relink:${subscriptionId}`);
    const fresh = linkIn(await member.reads(inShop(), 'Here is your link'));
    const stranger = platform.telegram.newPerson({ firstName: 'Stranger' });
    await updatesByHand(platform, inShop()).joins(stranger, shop.chat, link);
    const told = await shop.owner.reads(mainBot, 'through the link of Sleepy');
    expect(told.text).not.toContain('gets a new one');
    await settled(platform);
    await member.joins(fresh);
    expect(shop.chat.has(member)).toBe(true);
  });

  test('somebody with a subscription of their own stays, whoever’s link it was', async () => {
    const giver = await buyAccess(platform, shop, { firstName: 'Giver' });
    const taker = await buyAccess(platform, shop, { firstName: 'Taker' });
    await taker.member.joins(giver.link);
    const fresh = await giver.member.reads(inShop(), 'Somebody else joined through your link');
    await shop.owner.reads(platform.mainBot, /Taker.* through the link of Giver.* and stays/);
    await platform.quiet();
    expect(shop.chat.has(taker.member)).toBe(true);
    expect((await subscription(taker.subscriptionId)).joinedAt).not.toBeNull();
    await giver.member.joins(linkIn(fresh));
    expect(shop.chat.has(giver.member)).toBe(true);
  });

  test('whom the owner lets in by hand is never touched', async () => {
    const { telegram } = platform;
    const friend = telegram.newPerson({ firstName: 'Friend' });
    await shop.owner.letsIn(friend, shop.chat);
    await platform.quiet();
    expect(shop.chat.has(friend)).toBe(true);
  });

  test('a ban left in the chat is lifted before the link goes out', async () => {
    const buyer = await newBuyer(platform, shop, { firstName: 'Forgiven' });
    await shop.owner.bans(buyer, shop.chat);
    const id = await payFor(platform, shop, buyer);
    await shop.owner.presses(inShop(), `approve:${id}`);
    await buyer.joins(linkIn(await buyer.reads(inShop(), holdsLink)));
    await platform.quiet();
    expect(shop.chat.has(buyer)).toBe(true);
  });
});

describe('renewal', () => {
  test('adds a month to the present end, and brings no new link', async () => {
    const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Renewer' });
    const before = await subscription(subscriptionId);
    const links = shop.chat.links.length;
    const id = await payFor(platform, shop, member);
    await shop.owner.presses(inShop(), `approve:${id}`);
    await platform.quiet();
    await member.reads(inShop(), (message) => /🎉 Approved/.test(message.text) && linkIn(message) === '');
    const after = await subscription(subscriptionId);
    expect(before.expiresAt?.toISOString().slice(0, 7)).not.toBe(after.expiresAt?.toISOString().slice(0, 7));
    expect(after.paymentId).toBe(id);
    expect(shop.chat.links).toHaveLength(links);
  });
});

describe('my subscription', () => {
  test('tells until when, offers renewal and a link, and shows nothing to a stranger', async () => {
    const { member, subscriptionId } = await buyAccess(platform, shop, { firstName: 'Holder' });
    await member.presses(inShop(), 'mysub');
    const page = member.chatWith(inShop()).last;
    expect(page?.text).toMatch(/ends on/);
    expect(page?.buttons.flat().map(({ data }) => data)).toContain(`relink:${subscriptionId}`);
    const stranger = await newBuyer(platform, shop);
    await stranger.presses(inShop(), 'mysub');
    expect(stranger.chatWith(inShop()).last?.text).toContain('no subscription');
    const links = shop.chat.links.length;
    await stranger.presses(inShop(), `relink:${subscriptionId}`);
    expect(told(stranger, inShop())).toContain('no longer available');
    await platform.quiet();
    expect(shop.chat.links).toHaveLength(links);
  });
});
