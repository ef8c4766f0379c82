import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { type OwnersWhoInvite, ownersWhoInvite } from '../../support/growth/owners-who-invite.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { beginConnection, isAskedForFee } from '../../support/providers/connection.ts';
import { moderatorReadsEnglish, openShop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
/** Beside the one who is there in any case. */
let second: SandboxPerson;
let owners: OwnersWhoInvite;
beforeAll(async () => {
  platform = await startPlatform();
  const { telegram, moderator, mainBot } = platform;
  second = telegram.newPerson({ firstName: 'Second', languageCode: 'en' });
  await platform.restart({ MODERATOR_IDS: `${moderator.id},${second.id}` });
  await moderatorReadsEnglish(platform);
  await second.starts(mainBot);
  owners = await ownersWhoInvite(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

/** What an end would be in so many days from now, or from another end. */
const inDays = (days: number, from: Date = platform.clock.now()) =>
  new Date(from.getTime() + days * DAY_MS).toISOString();

/** Of a month from now. */
const MONTH = 30;

test('the menu leads to a link that is made once, with buttons to copy and to share it', async () => {
  const { mainBot } = platform;
  const owner = await owners.newOwner();
  await owner.taps(mainBot, '🤝 Invite a friend');
  const page = await owner.reads(mainBot, 'Your link');
  expect(page.text).toContain('you get 15 days of the tariff');
  expect(page.text).toContain('Your friend gets 15 days more');
  expect(page.text).toContain('Came: 0\nPaid: 0\nDays earned: 0\nRewards waiting for a chat: 0');
  const payload = await owners.payloadOf(owner);
  const link = `https://t.me/getolog_bot?start=${payload}`;
  expect(page.text).toContain(link);
  const buttons = page.buttons.flat();
  expect(buttons.map(({ copyText }) => copyText)).toContain(link);
  expect(buttons.map(({ url }) => url)).toContain(`https://t.me/share/url?url=${encodeURIComponent(link)}`);
  expect(await owners.payloadOf(owner)).toBe(payload);
});

test('a receipt approved by two moderators with 20 presses moves both ends once', async () => {
  const { mainBot, moderator, database } = platform;
  const { inviter, friend } = await owners.newPair();
  await openShop(platform, { owner: friend });
  await owners.buys(inviter);
  const before = await owners.periodOf(inviter);
  const id = await owners.paysFor(friend);
  const presses = Array.from({ length: 10 }, () =>
    [moderator, second].map((one) => one.presses(mainBot, `mod:tariff-approve:${id}`)),
  );
  await Promise.all(presses.flat());
  await owners.settled();
  expect(await owners.endOf(inviter)).toBe(inDays(15, before?.expiresAt ?? undefined));
  expect(await owners.endOf(friend)).toBe(inDays(MONTH + 15));
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'given', tariffPaymentId: id });
  await inviter.reads(mainBot, /friend you invited has paid for a Getolog tariff: you get 15 days/);
  await friend.reads(mainBot, /came by a friend’s link, so you get 15 days more/);
  const told = [inviter, friend].map(
    (one) => one.chatWith(mainBot).messages.filter(({ text }) => text.includes('🎁')).length,
  );
  expect(told).toEqual([1, 1]);
  const trail = await database.auditEntry.findMany({ where: { action: 'owner-referral.given' } });
  expect(trail).toMatchObject([{ actor: 'system' }]);
});

test('an inviter on the free tariff gets one, and a second tariff of the friend earns nothing more', async () => {
  const { inviter, friend } = await owners.newPair();
  await openShop(platform, { owner: friend });
  await owners.buys(friend);
  const given = await owners.periodOf(inviter);
  expect(given).toMatchObject({ plan: '1month', status: 'active' });
  expect(Number(given?.amountPaid)).toBe(0);
  expect(await owners.endOf(inviter)).toBe(inDays(15));
  await owners.buys(friend, 6);
  expect(await owners.endOf(inviter)).toBe(inDays(15));
  await inviter.presses(platform.mainBot, 'refer');
  await inviter.reads(platform.mainBot, 'Came: 1\nPaid: 1\nDays earned: 15\nRewards waiting for a chat: 0');
});

test('who was brought and brings others pays at the same time as all of them: each gets what is theirs', async () => {
  const { mainBot, moderator } = platform;
  const { inviter: first, friend: middle } = await owners.newPair();
  const last = await owners.newOwner(await owners.payloadOf(middle));
  const receipts: number[] = [];
  for (const owner of [first, middle, last]) {
    await openShop(platform, { owner });
    receipts.push(await owners.paysFor(owner));
  }
  await Promise.all(receipts.map((id) => moderator.presses(mainBot, `mod:tariff-approve:${id}`)));
  await owners.settled();
  expect(await owners.endOf(first)).toBe(inDays(MONTH + 15));
  expect(await owners.endOf(middle)).toBe(inDays(MONTH + 15 + 15));
  expect(await owners.endOf(last)).toBe(inDays(MONTH + 15));
});

test('neither a tariff given by hand nor the fee for a provider earns anything; the first tariff after them does', async () => {
  const { mainBot, moderator } = platform;
  const { inviter, friend } = await owners.newPair();
  const shop = await openShop(platform, { owner: friend });
  await moderator.presses(mainBot, `mod:owner:${await owners.idOf(friend)}:grant:1`);
  await isAskedForFee(platform, friend, await beginConnection(platform, shop, 'payme'));
  await friend.sendsPhoto(mainBot);
  await owners.isApproved((await owners.waitingOf(friend)).id);
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'came' });
  expect(await owners.periodOf(inviter)).toBeNull();
  await owners.buys(friend, 6);
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'given' });
  expect(await owners.endOf(inviter)).toBe(inDays(15));
});

test('what was warned of before is warned of anew', async () => {
  const { inviter, friend } = await owners.newPair();
  await openShop(platform, { owner: friend });
  await owners.buys(inviter);
  platform.clock.passes({ days: MONTH - 2 });
  await round(platform);
  await owners.settled();
  expect(await owners.periodOf(inviter)).toMatchObject({ notified3Day: true });
  await owners.buys(friend);
  expect(await owners.periodOf(inviter)).toMatchObject({ notified3Day: false, notified1Day: false });
});

test('a friend without a chat makes the reward wait; the chat brings it', async () => {
  const { inviter, friend } = await owners.newPair();
  await owners.buys(friend);
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'waiting', settledAt: null });
  expect(await owners.periodOf(inviter)).toBeNull();
  await inviter.presses(platform.mainBot, 'refer');
  await inviter.reads(platform.mainBot, 'Came: 1\nPaid: 1\nDays earned: 0\nRewards waiting for a chat: 1');
  const end = new Date((await owners.endOf(friend)) ?? '');
  platform.clock.passes({ days: 5 });
  // What was offered when the friend paid is given.
  await owners.sets('refdays', '3');
  await openShop(platform, { owner: friend });
  await owners.settled();
  await owners.sets('refdays', '15');
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'given' });
  expect(await owners.endOf(inviter)).toBe(inDays(15));
  expect(await owners.endOf(friend)).toBe(inDays(15, end));
  // The last day of waiting comes, and finds it done.
  platform.clock.passes({ days: 86 });
  await round(platform);
  await owners.settled();
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'given' });
});

test('a bot that comes back with its chat brings the reward as well', async () => {
  const { mainBot } = platform;
  const { inviter, friend } = await owners.newPair();
  const { shop } = await openShop(platform, { owner: friend });
  await friend.presses(mainBot, `bot:${shop.id}:remove:yes`);
  await owners.settled();
  await owners.buys(friend);
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'waiting' });
  await friend.sends(mainBot, shop.token);
  await owners.settled();
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'given' });
  expect(await owners.endOf(inviter)).toBe(inDays(15));
});

test('90 days without a chat are too long', async () => {
  const { inviter, friend } = await owners.newPair();
  await owners.buys(friend);
  platform.clock.passes({ days: 90 });
  await round(platform);
  await owners.settled();
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'void' });
  await openShop(platform, { owner: friend });
  await owners.settled();
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'void' });
  expect(await owners.periodOf(inviter)).toBeNull();
});

test.each(['inviter', 'friend'] as const)('the %s is banned by then: nobody gets anything', async (who) => {
  const { mainBot, moderator } = platform;
  const pair = await owners.newPair();
  const { inviter, friend, payload } = pair;
  await openShop(platform, { owner: friend });
  const receipt = await owners.paysFor(friend);
  await moderator.presses(mainBot, `mod:owner:${await owners.idOf(pair[who])}:ban`);
  await owners.isApproved(receipt);
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'void' });
  expect(await owners.periodOf(inviter)).toBeNull();
  expect(await owners.endOf(friend)).toBe(inDays(MONTH));
  if (who === 'friend') return;
  const late = await owners.newOwner(payload);
  expect(await owners.rowOf(late)).toBeNull();
  await inviter.presses(mainBot, 'refer');
  await inviter.reads(mainBot, 'your invite link doesn’t work');
});

test('one’s own link, and that of another for whoever is known, change nothing and are answered', async () => {
  const { mainBot } = platform;
  const { inviter, friend, payload } = await owners.newPair();
  const other = await owners.newOwner();
  await inviter.starts(mainBot, { payload });
  await inviter.reads(mainBot, 'This is your own link');
  for (const known of [other, friend]) {
    await known.starts(mainBot, { payload });
    const { text } = await known.reads(mainBot, 'You already know Getolog');
    expect(text).toContain('Welcome to Getolog');
  }
  await friend.starts(mainBot, { payload: await owners.payloadOf(other) });
  expect(await owners.rowOf(friend)).toMatchObject({ inviterId: await owners.idOf(inviter) });
  expect(await owners.rowOf(other)).toBeNull();
  const nobody = await owners.newOwner('r_Nobody00');
  expect(await owners.rowOf(nobody)).toBeNull();
});

test('the link counts before a language is chosen, and moderators see who brought them', async () => {
  const { mainBot, moderator, database, telegram } = platform;
  const inviter = await owners.newOwner();
  const friend = telegram.newPerson({ firstName: 'Silent', languageCode: 'ru' });
  await friend.starts(mainBot, { payload: await owners.payloadOf(inviter) });
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'came', inviterId: await owners.idOf(inviter) });
  expect(friend.chatWith(mainBot).last?.text).toMatch(/^🌐 Tilni tanlang/);
  const { id, invitedById } = await database.owner.findUniqueOrThrow({
    where: { telegramUserId: friend.id },
  });
  expect(invitedById).toBe(await owners.idOf(inviter));
  await moderator.presses(mainBot, `mod:owner:${id}`);
  await moderator.reads(mainBot, `Invited by: ${inviter.firstName}`);
  await inviter.presses(mainBot, 'forget');
  await inviter.presses(mainBot, 'forget:yes');
  await owners.settled();
  await moderator.presses(mainBot, `mod:owner:${id}`);
  const page = await moderator.reads(mainBot, 'Silent');
  expect(page.text).not.toContain('Invited by');
});

test('whoever was forgotten and comes again was brought before', async () => {
  const { mainBot } = platform;
  const { friend, payload } = await owners.newPair();
  await friend.presses(mainBot, 'forget');
  await friend.presses(mainBot, 'forget:yes');
  await owners.settled();
  await friend.starts(mainBot, { payload });
  await friend.reads(mainBot, 'You already know Getolog');
  expect(await owners.rowOf(friend)).toBeNull();
  expect(await platform.database.ownerReferral.count({ where: { status: 'void' } })).toBeGreaterThan(0);
});

test('a forgotten inviter’s link is dead, what was open is lost, and both are said first', async () => {
  const { mainBot, database } = platform;
  const { inviter, friend, payload } = await owners.newPair();
  await owners.buys(friend);
  await inviter.presses(mainBot, 'mydata');
  await owners.settled();
  const file = inviter.chatWith(mainBot).messages.findLast(({ document }) => document)?.document;
  const data = new TextDecoder().decode(file?.bytes);
  expect(data).toContain(payload.slice(2));
  expect(data).toContain('"waiting"');
  expect(data).not.toContain(String(friend.id));
  await inviter.presses(mainBot, 'forget');
  await inviter.reads(mainBot, 'Your invite link will stop working');
  await inviter.presses(mainBot, 'forget:yes');
  await owners.settled();
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'void' });
  expect(await database.owner.count({ where: { inviteCode: payload.slice(2) } })).toBe(0);
  const late = await owners.newOwner(payload);
  expect(await owners.rowOf(late)).toBeNull();
  await openShop(platform, { owner: friend });
  await owners.settled();
  expect(await owners.rowOf(friend)).toMatchObject({ status: 'void' });
});

test('moderators set the days: outside the range nothing is stored, and 0 switches it off', async () => {
  const { mainBot, moderator, database } = platform;
  const { inviter, friend } = await owners.newPair();
  await openShop(platform, { owner: friend });
  await owners.sets('refnewdays', '366');
  await moderator.reads(mainBot, 'How many more days does the owner get who was brought?');
  await moderator.reads(mainBot, 'from 0 to 365');
  expect(await database.platformSetting.count({ where: { name: 'refnewdays' } })).toBe(0);
  await moderator.sends(mainBot, '0');
  await moderator.reads(mainBot, 'Days for the invited owner: 0 days');
  await inviter.presses(mainBot, 'refer');
  expect(inviter.chatWith(mainBot).last?.text).not.toContain('Your friend gets');
  await owners.buys(friend);
  expect(await owners.endOf(inviter)).toBe(inDays(15));
  expect(await owners.endOf(friend)).toBe(inDays(MONTH));

  const another = await owners.newOwner(await owners.payloadOf(inviter));
  await openShop(platform, { owner: another });
  await owners.sets('refdays', '0');
  await inviter.presses(mainBot, 'refer');
  expect(told(inviter, mainBot)).toContain('switched off');
  await inviter.sends(mainBot, '/menu');
  const labels = inviter
    .chatWith(mainBot)
    .last?.buttons.flat()
    .map(({ data }) => data);
  expect(labels).not.toContain('refer');
  await owners.buys(another);
  expect(await owners.rowOf(another)).toMatchObject({ status: 'void' });
  expect(await owners.endOf(inviter)).toBe(inDays(15));
  await owners.sets('refdays', '15');
  await owners.sets('refnewdays', '15');
});
