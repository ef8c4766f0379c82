import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { holdAnswer } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { buyAccess, linkIn, newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';
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
const payment = (id: number) => platform.database.payment.findUniqueOrThrow({ where: { id } });
const inShop = () => shop.shop;

describe('receipts', () => {
  test('a better receipt takes the place of the waiting one, and its message says so', async () => {
    const { database } = platform;
    const buyer = await newBuyer(platform, shop, { firstName: 'Replacer' });
    const first = await payFor(platform, shop, buyer);
    await buyer.sendsPhoto(inShop());
    await shop.owner.reads(inShop(), (message) => /withdrawn|replaced/i.test(message.text));
    await platform.quiet();
    const mine = await database.payment.findMany({
      where: { endUser: { telegramUserId: buyer.id } },
      orderBy: { id: 'asc' },
    });
    expect(mine.map(({ status }) => status)).toEqual(['cancelled', 'pending']);
    expect(mine[0]?.id).toBe(first);
    expect(mine[1]?.amount.toFixed(2)).toBe(mine[0]?.amount.toFixed(2));
    await shop.owner.presses(inShop(), `approve:${first}`);
    expect(told(shop.owner, inShop())).toMatch(/withdrawn, replaced/);
    expect((await payment(first)).status).toBe('cancelled');
  });

  test('of an album the first picture is the receipt, and the rest withdraws nothing', async () => {
    const { database } = platform;
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other);
    await buyer.presses(other.shop, `plan:${other.planId}`);
    for (let picture = 0; picture < 3; picture += 1) {
      await buyer.sendsPhoto(other.shop, { album: 'screens' });
    }
    await platform.quiet();
    const mine = { endUser: { telegramUserId: buyer.id } };
    expect(await database.payment.findMany({ where: mine, select: { status: true } })).toEqual([
      { status: 'pending' },
    ]);
    const shown = buyer.chatWith(other.shop).messages.filter(({ text }) => text.includes('under review'));
    expect(shown).toHaveLength(1);
    await buyer.sendsPhoto(other.shop);
    await platform.quiet();
    expect(await database.payment.count({ where: { ...mine, status: 'cancelled' } })).toBe(1);
  });

  test('while one waits another plan of the chat is refused, with a button to withdraw it', async () => {
    const buyer = await newBuyer(platform, shop);
    const waiting = await payFor(platform, shop, buyer);
    await buyer.presses(inShop(), `plan:${shop.planId}`);
    expect(buyer.chatWith(inShop()).last?.text).toContain('under review');
    await buyer.taps(inShop(), /Withdraw the receipt/);
    expect((await payment(waiting)).status).toBe('cancelled');
    await buyer.presses(inShop(), `plan:${shop.planId}`);
    expect(buyer.chatWith(inShop()).last?.text).toContain('8600');
  });

  test('the owner’s /start lists what waits, and shows each receipt again', async () => {
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other, { firstName: 'Listed' });
    const id = await payFor(platform, other, buyer);
    await other.owner.reads(other.shop, 'Receipt no.');
    await other.owner.starts(other.shop);
    expect(other.owner.chatWith(other.shop).last?.text).toContain('1 receipt to review');
    await other.owner.taps(other.shop, /Listed/);
    const again = other.owner.chatWith(other.shop).last;
    expect(again?.photo).toBeDefined();
    await other.owner.taps(other.shop, /Approve/);
    await other.owner.reads(
      other.shop,
      ({ id: message, text }) => message === again?.id && /Approved by you/.test(text),
    );
    await buyer.presses(other.shop, `receipt:${id}`);
    expect(told(buyer, other.shop)).toContain('no longer available');
  });

  test('a receipt that is decided before Telegram’s answer to its message is heard of says so too', async () => {
    const { telegram, database } = platform;
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other);
    const answer = holdAnswer(telegram, 'sendPhoto');
    const id = await payFor(platform, other, buyer);
    await other.owner.reads(other.shop, 'Receipt no.');
    await other.owner.taps(other.shop, /Approve/);
    answer.release();
    await other.owner.reads(other.shop, 'Approved by you');
    await platform.quiet();
    expect(await database.reviewMessage.count({ where: { paymentId: id } })).toBe(1);
  });

  test('the same file again is flagged', async () => {
    const uniqueId = 'the-one-receipt';
    const first = await newBuyer(platform, shop, { firstName: 'Honest' });
    await first.presses(inShop(), `plan:${shop.planId}`);
    await first.sendsPhoto(inShop(), { uniqueId });
    const clean = await shop.owner.reads(inShop(), 'Honest');
    expect(clean.text).not.toContain('same file');
    const second = await newBuyer(platform, shop, { firstName: 'Copycat' });
    await second.presses(inShop(), `plan:${shop.planId}`);
    await second.sendsPhoto(inShop(), { uniqueId });
    const flagged = await shop.owner.reads(inShop(), 'Copycat');
    expect(flagged.text).toContain('same file');
    await platform.quiet();
  });

  test('an owner who closed the seller bot gets the receipt uploaded through the main bot, and decides there', async () => {
    const { mainBot } = platform;
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other, { firstName: 'Detour' });
    await other.owner.blocks(other.shop);
    await buyer.presses(other.shop, `plan:${other.planId}`);
    await buyer.sendsPhoto(other.shop);
    const receipt = await other.owner.reads(
      mainBot,
      (message) => /Detour/.test(message.text) && !!message.photo,
    );
    expect(receipt.photo).toBeDefined();
    await other.owner.taps(mainBot, /Approve/);
    await buyer.reads(other.shop, 't.me/+');
    await other.owner.reads(mainBot, /Approved by you/);
    await platform.quiet();
  });

  test('an owner who closed both bots gets it when one opens, and moderators hear of it after a day', async () => {
    const { mainBot, moderator, clock, app } = platform;
    await moderator.starts(mainBot);
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other, { firstName: 'Patient' });
    await other.owner.blocks(other.shop);
    await other.owner.blocks(mainBot);
    await buyer.presses(other.shop, `plan:${other.planId}`);
    await buyer.sendsPhoto(other.shop);
    await platform.quiet();
    clock.passes({ hours: 24 });
    await app.jobs.sweep();
    await moderator.reads(mainBot, 'Patient');
    await other.owner.starts(other.shop);
    await other.owner.reads(other.shop, (message) => /Patient/.test(message.text) && !!message.photo);
  });

  test('the owner is reminded of a receipt after 1, 6 and 24 hours, and moderators hear after 72', async () => {
    const { telegram, mainBot, moderator, clock, app } = platform;
    await moderator.starts(mainBot);
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other, { firstName: 'Waiter' });
    const id = await payFor(platform, other, buyer);
    await expect.poll(() => platform.database.reviewMessage.count({ where: { paymentId: id } })).toBe(1);
    const reminders = () =>
      other.owner.chatWith(other.shop).messages.filter(({ text }) => text.includes('⏰')).length;
    for (const [hours, expected] of [
      [1, 1],
      [5, 2],
      [18, 3],
      [24, 3],
    ] as const) {
      clock.passes({ hours });
      await app.jobs.sweep();
      await telegram.until(() => reminders() >= expected, { what: `reminder ${expected}` });
      await platform.quiet();
      expect(reminders()).toBe(expected);
    }
    clock.passes({ hours: 24 });
    await app.jobs.sweep();
    await moderator.reads(mainBot, 'Waiter');
    await other.owner.presses(other.shop, `approve:${id}`);
    await telegram.until(
      () =>
        other.owner.chatWith(other.shop).messages.filter(({ text }) => text.includes('Approved by you'))
          .length >= 4,
      { what: 'every copy to tell the decision' },
    );
  });
});

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
    await buyer.joins(linkIn(await buyer.reads(inShop(), 't.me/+')));
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
    await member.reads(
      inShop(),
      (message) => /Your payment is approved/.test(message.text) && linkIn(message) === '',
    );
    const after = await subscription(subscriptionId);
    expect(before.expiresAt?.toISOString().slice(0, 7)).not.toBe(after.expiresAt?.toISOString().slice(0, 7));
    expect(after.paymentId).toBe(id);
    expect(shop.chat.links).toHaveLength(links);
  });
});

describe('decisions put right', () => {
  // Each with a shop of its own: a chat takes so many messages a second and no more.
  beforeEach(async () => {
    shop = await openShop(platform);
  });

  test('a rejected receipt can be approved after all', async () => {
    const buyer = await newBuyer(platform, shop, { firstName: 'Cleared' });
    const id = await payFor(platform, shop, buyer);
    await shop.owner.presses(inShop(), `reject:${id}:amount`);
    await buyer.reads(inShop(), 'was rejected');
    await shop.owner.presses(inShop(), `approve:${id}`);
    await buyer.reads(inShop(), 't.me/+');
    expect((await payment(id)).status).toBe('approved');
  });

  test('an approval taken back asks first, ends the subscription, and puts the buyer out', async () => {
    const { telegram, mainBot } = platform;
    const { member, subscriptionId, paymentId } = await newMember(platform, shop, { firstName: 'Undone' });
    await shop.owner.presses(inShop(), `revert:${paymentId}`);
    expect(shop.owner.chatWith(inShop()).last?.text).toContain('Undo the approval');
    expect((await payment(paymentId)).status).toBe('approved');
    await shop.owner.taps(inShop(), /Yes, undo it/);
    await telegram.until(() => !shop.chat.has(member), { what: 'the buyer to be out' });
    await member.reads(inShop(), 'wasn’t confirmed after all');
    await shop.owner.reads(mainBot, /Undone.*was removed.*The approval of the payment was undone/);
    await platform.quiet();
    expect(shop.chat.isBanned(member)).toBe(false);
    expect((await payment(paymentId)).status).toBe('reversed');
    expect(await subscription(subscriptionId)).toMatchObject({
      status: 'kicked',
      kickedAt: expect.any(Date),
    });
  });

  test('taking back a renewal subtracts exactly what it added', async () => {
    const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Shortened' });
    const before = await subscription(subscriptionId);
    const id = await payFor(platform, shop, member);
    await shop.owner.presses(inShop(), `approve:${id}`);
    await platform.quiet();
    await shop.owner.presses(inShop(), `revert:${id}:yes`);
    await member.reads(inShop(), 'wasn’t confirmed after all');
    const after = await subscription(subscriptionId);
    expect(after.expiresAt).toEqual(before.expiresAt);
    expect(after.status).toBe('active');
    expect(shop.chat.has(member)).toBe(true);
  });

  test('taking back the first of two leaves what the second gave', async () => {
    const { member, subscriptionId, paymentId } = await newMember(platform, shop, {
      firstName: 'FirstOfTwo',
    });
    const one = await subscription(subscriptionId);
    const id = await payFor(platform, shop, member);
    await shop.owner.presses(inShop(), `approve:${id}`);
    await platform.quiet();
    const two = await subscription(subscriptionId);
    await shop.owner.presses(inShop(), `revert:${paymentId}:yes`);
    await member.reads(inShop(), 'wasn’t confirmed after all');
    const left = await subscription(subscriptionId);
    const added = (one.expiresAt?.getTime() ?? 0) - one.startedAt.getTime();
    expect(left.expiresAt?.getTime()).toBe((two.expiresAt?.getTime() ?? 0) - added);
    expect(left.status).toBe('active');
  });

  test('twice is once, and an end user cannot do it', async () => {
    const { member, subscriptionId, paymentId } = await newMember(platform, shop, { firstName: 'Firm' });
    await member.presses(inShop(), `revert:${paymentId}:yes`);
    expect((await payment(paymentId)).status).toBe('approved');
    await Promise.all(
      Array.from({ length: 5 }, () => shop.owner.presses(inShop(), `revert:${paymentId}:yes`)),
    );
    expect((await payment(paymentId)).status).toBe('reversed');
    expect((await subscription(subscriptionId)).status).toBe('kicked');
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

describe('bans and removals', () => {
  // Each with a shop of its own: a chat takes so many messages a second and no more.
  beforeEach(async () => {
    shop = await openShop(platform);
  });

  test('a banned end user loses everything and cannot come back; unbanned they may buy again', async () => {
    const { telegram, mainBot } = platform;
    const { member, subscriptionId, endUserId } = await newMember(platform, shop, { firstName: 'Rude' });
    const waiting = await payFor(platform, shop, member);
    await shop.owner.presses(mainBot, `user:${endUserId}:ban`);
    await telegram.until(() => shop.chat.isBanned(member), { what: 'the ban' });
    await platform.quiet();
    expect((await payment(waiting)).status).toBe('rejected');
    expect((await subscription(subscriptionId)).status).toBe('kicked');
    await member.reads(inShop(), 'was rejected: the channel’s owner has banned you here');
    await shop.owner.reads(mainBot, /Rude.*was removed.*The user is banned/);
    await shop.owner.reads(inShop(), 'Reason: The owner has banned the buyer');
    await member.presses(inShop(), `plan:${shop.planId}`);
    expect(told(member, inShop())).toContain('can’t buy here');
    await shop.owner.presses(mainBot, `user:${endUserId}:unban`);
    await telegram.until(() => !shop.chat.isBanned(member), { what: 'the end of the ban' });
    expect((await subscription(subscriptionId)).status).toBe('kicked');
    await member.presses(inShop(), `plan:${shop.planId}`);
    expect(member.chatWith(inShop()).last?.text).toContain('8600');
  });

  test('another owner cannot ban them', async () => {
    const { mainBot, database } = platform;
    const { endUserId } = await buyAccess(platform, shop);
    const other = await openShop(platform);
    for (const act of ['ban', 'unban', `grant:${shop.planId}`]) {
      await other.owner.presses(mainBot, `user:${endUserId}:${act}`);
      expect(told(other.owner, mainBot)).toContain('no longer available');
    }
    expect((await database.endUser.findUniqueOrThrow({ where: { id: endUserId } })).banned).toBe(false);
  });

  test('a member whom the owner removes in Telegram loses the subscription, with an undo', async () => {
    const { mainBot } = platform;
    const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Mistaken' });
    const before = await subscription(subscriptionId);
    await shop.owner.removes(member, shop.chat);
    const notice = await shop.owner.reads(mainBot, /Mistaken.*removed.*by hand/);
    await member.reads(inShop(), 'The channel’s owner has ended your subscription');
    expect(await subscription(subscriptionId)).toMatchObject({
      status: 'kicked',
      kickedAt: expect.any(Date),
    });
    await shop.owner.taps(mainBot, /Restore the subscription/, { message: notice });
    const back = await member.reads(inShop(), 'Here is your link');
    await member.joins(linkIn(back));
    await platform.quiet();
    expect(shop.chat.has(member)).toBe(true);
    expect(await subscription(subscriptionId)).toMatchObject({
      status: 'active',
      kickedAt: null,
      expiresAt: before.expiresAt,
    });
  });

  test('who leaves by themselves keeps the subscription and gets a link', async () => {
    const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Wanderer' });
    await member.leaves(shop.chat);
    await platform.quiet();
    expect((await subscription(subscriptionId)).status).toBe('active');
    await member.presses(inShop(), `relink:${subscriptionId}`);
    await member.joins(linkIn(await member.reads(inShop(), 'Here is your link')));
    expect(shop.chat.has(member)).toBe(true);
  });
});

describe('access given by hand', () => {
  test('a granted plan lets somebody in, and extends whoever is in', async () => {
    const { database, mainBot } = platform;
    const guest = await newBuyer(platform, shop, { firstName: 'Guest' });
    const endUser = await database.endUser.findFirstOrThrow({ where: { telegramUserId: guest.id } });
    await shop.owner.presses(mainBot, `user:${endUser.id}:grant:${shop.planId}`);
    await guest.joins(linkIn(await guest.reads(inShop(), 'The channel’s owner gave you access')));
    expect(shop.chat.has(guest)).toBe(true);
    const first = await database.subscription.findFirstOrThrow({ where: { endUserId: endUser.id } });
    expect(first.paymentId).toBeNull();
    await shop.owner.presses(mainBot, `user:${endUser.id}:grant:${shop.planId}`);
    await guest.reads(inShop(), 'The channel’s owner gave you access');
    const second = await subscription(first.id);
    expect(second.expiresAt?.getTime()).toBeGreaterThan(first.expiresAt?.getTime() ?? 0);
    await database.subscription.update({ where: { id: first.id }, data: { expiresAt: null } });
    await shop.owner.presses(mainBot, `user:${endUser.id}:grant:${shop.planId}`);
    expect(told(shop.owner, mainBot)).toContain('already has lifetime access');
  });
});
