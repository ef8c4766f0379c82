import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { moderatorReadsEnglish, openShop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
/** Beside the one who is there in any case. */
let second: SandboxPerson;
beforeAll(async () => {
  platform = await startPlatform();
  const { telegram, moderator, mainBot } = platform;
  second = telegram.newPerson({ firstName: 'Second', languageCode: 'en' });
  await platform.restart({ MODERATOR_IDS: `${moderator.id},${second.id}` });
  await moderatorReadsEnglish(platform);
  await second.starts(mainBot);
  for (const [name, value] of [
    ['price1', '90 000'],
    ['price6', '500 000'],
    ['card', '8600 9999 8888 7777'],
    ['holder', 'GETOLOG'],
  ] as const)
    await sets(name, value);
});
afterAll(async () => {
  await platform.closesClean();
});

async function sets(name: string, value: string): Promise<void> {
  const { moderator, mainBot } = platform;
  await moderator.presses(mainBot, `mod:set:${name}`);
  await moderator.sends(mainBot, value);
  await settled(platform);
}

let people = 0;

/** Somebody opens the main bot, by a link if there is one, and picks a language. */
async function newOwner(payload?: string): Promise<SandboxPerson> {
  people += 1;
  const owner = platform.telegram.newPerson({ firstName: `Owner ${people}`, languageCode: 'en' });
  await owner.starts(platform.mainBot, payload === undefined ? {} : { payload });
  await owner.presses(platform.mainBot, 'lang:en');
  return owner;
}

/** Opens the page with the link. @returns what the link carries */
async function payloadOf(inviter: SandboxPerson): Promise<string> {
  await inviter.presses(platform.mainBot, 'refer');
  const page = await inviter.reads(platform.mainBot, 'Your link');
  return /\?start=(r_[A-Za-z0-9]{8})\b/.exec(page.text)?.[1] ?? '';
}

/** An owner, and another who came by their link. */
async function newPair() {
  const inviter = await newOwner();
  const payload = await payloadOf(inviter);
  return { inviter, payload, friend: await newOwner(payload) };
}

/** Sends the receipt for a tariff. @returns the receipt that waits */
async function paysFor(owner: SandboxPerson, months = 1): Promise<number> {
  await owner.presses(platform.mainBot, `tariff:${months}`);
  await owner.sendsPhoto(platform.mainBot);
  await settled(platform);
  const waiting = await platform.database.tariffPayment.findFirstOrThrow({
    where: { owner: { telegramUserId: owner.id }, status: 'pending' },
  });
  return waiting.id;
}

async function isApproved(tariffPaymentId: number): Promise<void> {
  await platform.moderator.presses(platform.mainBot, `mod:tariff-approve:${tariffPaymentId}`);
  await settled(platform);
}

const buys = async (owner: SandboxPerson, months = 1) => isApproved(await paysFor(owner, months));

const periodOf = (owner: SandboxPerson) =>
  platform.database.tariffPeriod.findFirst({
    where: { owner: { telegramUserId: owner.id }, status: 'active' },
  });

const endOf = async (owner: SandboxPerson) => (await periodOf(owner))?.expiresAt?.toISOString();

const rowOf = (friend: SandboxPerson) =>
  platform.database.ownerReferral.findFirst({ where: { friend: { telegramUserId: friend.id } } });

/** What an end would be in so many days from now, or from another end. */
const inDays = (days: number, from: Date = platform.clock.now()) =>
  new Date(from.getTime() + days * DAY_MS).toISOString();

/** Of a month from now. */
const MONTH = 30;

async function idOf(owner: SandboxPerson): Promise<number> {
  return (await platform.database.owner.findUniqueOrThrow({ where: { telegramUserId: owner.id } })).id;
}

test('the menu leads to a link that is made once, with buttons to copy and to share it', async () => {
  const { mainBot } = platform;
  const owner = await newOwner();
  await owner.taps(mainBot, '🤝 Invite a friend');
  const page = await owner.reads(mainBot, 'Your link');
  expect(page.text).toContain('you get 15 days of the tariff');
  expect(page.text).toContain('Your friend gets 15 days more');
  expect(page.text).toContain('Came: 0\nPaid: 0\nDays earned: 0\nRewards waiting for a chat: 0');
  const payload = await payloadOf(owner);
  const link = `https://t.me/getolog_bot?start=${payload}`;
  expect(page.text).toContain(link);
  const buttons = page.buttons.flat();
  expect(buttons.map(({ copyText }) => copyText)).toContain(link);
  expect(buttons.map(({ url }) => url)).toContain(`https://t.me/share/url?url=${encodeURIComponent(link)}`);
  expect(await payloadOf(owner)).toBe(payload);
});

test('a receipt approved by two moderators with 20 presses moves both ends once', async () => {
  const { mainBot, moderator, database } = platform;
  const { inviter, friend } = await newPair();
  await openShop(platform, { owner: friend });
  await buys(inviter);
  const before = await periodOf(inviter);
  const id = await paysFor(friend);
  const presses = Array.from({ length: 10 }, () =>
    [moderator, second].map((one) => one.presses(mainBot, `mod:tariff-approve:${id}`)),
  );
  await Promise.all(presses.flat());
  await settled(platform);
  expect(await endOf(inviter)).toBe(inDays(15, before?.expiresAt ?? undefined));
  expect(await endOf(friend)).toBe(inDays(MONTH + 15));
  expect(await rowOf(friend)).toMatchObject({ status: 'given', tariffPaymentId: id });
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
  const { inviter, friend } = await newPair();
  await openShop(platform, { owner: friend });
  await buys(friend);
  const given = await periodOf(inviter);
  expect(given).toMatchObject({ plan: '1month', status: 'active' });
  expect(Number(given?.amountPaid)).toBe(0);
  expect(await endOf(inviter)).toBe(inDays(15));
  await buys(friend, 6);
  expect(await endOf(inviter)).toBe(inDays(15));
  await inviter.presses(platform.mainBot, 'refer');
  await inviter.reads(platform.mainBot, 'Came: 1\nPaid: 1\nDays earned: 15\nRewards waiting for a chat: 0');
});

test('what was warned of before is warned of anew', async () => {
  const { inviter, friend } = await newPair();
  await openShop(platform, { owner: friend });
  await buys(inviter);
  platform.clock.passes({ days: MONTH - 2 });
  await round(platform);
  await settled(platform);
  expect(await periodOf(inviter)).toMatchObject({ notified3Day: true });
  await buys(friend);
  expect(await periodOf(inviter)).toMatchObject({ notified3Day: false, notified1Day: false });
});

test('a friend without a chat makes the reward wait; the chat brings it', async () => {
  const { inviter, friend } = await newPair();
  await buys(friend);
  expect(await rowOf(friend)).toMatchObject({ status: 'waiting', settledAt: null });
  expect(await periodOf(inviter)).toBeNull();
  await inviter.presses(platform.mainBot, 'refer');
  await inviter.reads(platform.mainBot, 'Came: 1\nPaid: 1\nDays earned: 0\nRewards waiting for a chat: 1');
  const end = new Date((await endOf(friend)) ?? '');
  platform.clock.passes({ days: 5 });
  // What was offered when the friend paid is given.
  await sets('refdays', '3');
  await openShop(platform, { owner: friend });
  await settled(platform);
  await sets('refdays', '15');
  expect(await rowOf(friend)).toMatchObject({ status: 'given' });
  expect(await endOf(inviter)).toBe(inDays(15));
  expect(await endOf(friend)).toBe(inDays(15, end));
  // The last day of waiting comes, and finds it done.
  platform.clock.passes({ days: 86 });
  await round(platform);
  await settled(platform);
  expect(await rowOf(friend)).toMatchObject({ status: 'given' });
});

test('90 days without a chat are too long', async () => {
  const { inviter, friend } = await newPair();
  await buys(friend);
  platform.clock.passes({ days: 90 });
  await round(platform);
  await settled(platform);
  expect(await rowOf(friend)).toMatchObject({ status: 'void' });
  await openShop(platform, { owner: friend });
  await settled(platform);
  expect(await rowOf(friend)).toMatchObject({ status: 'void' });
  expect(await periodOf(inviter)).toBeNull();
});

test.each(['inviter', 'friend'] as const)('the %s is banned by then: nobody gets anything', async (who) => {
  const { mainBot, moderator } = platform;
  const pair = await newPair();
  const { inviter, friend, payload } = pair;
  await openShop(platform, { owner: friend });
  const receipt = await paysFor(friend);
  await moderator.presses(mainBot, `mod:owner:${await idOf(pair[who])}:ban`);
  await isApproved(receipt);
  expect(await rowOf(friend)).toMatchObject({ status: 'void' });
  expect(await periodOf(inviter)).toBeNull();
  expect(await endOf(friend)).toBe(inDays(MONTH));
  if (who === 'friend') return;
  const late = await newOwner(payload);
  expect(await rowOf(late)).toBeNull();
  await inviter.presses(mainBot, 'refer');
  await inviter.reads(mainBot, 'your invite link doesn’t work');
});

test('one’s own link, and that of another for whoever is known, change nothing and are answered', async () => {
  const { mainBot } = platform;
  const { inviter, friend, payload } = await newPair();
  const other = await newOwner();
  await inviter.starts(mainBot, { payload });
  await inviter.reads(mainBot, 'This is your own link');
  for (const known of [other, friend]) {
    await known.starts(mainBot, { payload });
    const { text } = await known.reads(mainBot, 'You already know Getolog');
    expect(text).toContain('Welcome to Getolog');
  }
  await friend.starts(mainBot, { payload: await payloadOf(other) });
  expect(await rowOf(friend)).toMatchObject({ inviterId: await idOf(inviter) });
  expect(await rowOf(other)).toBeNull();
  const nobody = await newOwner('r_Nobody00');
  expect(await rowOf(nobody)).toBeNull();
});

test('the link counts before a language is chosen, and moderators see who brought them', async () => {
  const { mainBot, moderator, database, telegram } = platform;
  const inviter = await newOwner();
  const friend = telegram.newPerson({ firstName: 'Silent', languageCode: 'ru' });
  await friend.starts(mainBot, { payload: await payloadOf(inviter) });
  expect(await rowOf(friend)).toMatchObject({ status: 'came', inviterId: await idOf(inviter) });
  expect(friend.chatWith(mainBot).last?.text).toMatch(/^🌐 Tilni tanlang/);
  const { id, invitedById } = await database.owner.findUniqueOrThrow({
    where: { telegramUserId: friend.id },
  });
  expect(invitedById).toBe(await idOf(inviter));
  await moderator.presses(mainBot, `mod:owner:${id}`);
  await moderator.reads(mainBot, `Invited by: ${inviter.firstName}`);
});

test('whoever was forgotten and comes again was brought before', async () => {
  const { mainBot } = platform;
  const { friend, payload } = await newPair();
  await friend.presses(mainBot, 'forget');
  await friend.presses(mainBot, 'forget:yes');
  await settled(platform);
  await friend.starts(mainBot, { payload });
  await friend.reads(mainBot, 'You already know Getolog');
  expect(await rowOf(friend)).toBeNull();
  expect(await platform.database.ownerReferral.count({ where: { status: 'void' } })).toBeGreaterThan(0);
});

test('a forgotten inviter’s link is dead, what was open is lost, and both are said first', async () => {
  const { mainBot, database } = platform;
  const { inviter, friend, payload } = await newPair();
  await buys(friend);
  await inviter.presses(mainBot, 'mydata');
  await settled(platform);
  const file = inviter.chatWith(mainBot).messages.findLast(({ document }) => document)?.document;
  const data = new TextDecoder().decode(file?.bytes);
  expect(data).toContain(payload.slice(2));
  expect(data).toContain('"waiting"');
  expect(data).not.toContain(String(friend.id));
  await inviter.presses(mainBot, 'forget');
  await inviter.reads(mainBot, 'Your invite link will stop working');
  await inviter.presses(mainBot, 'forget:yes');
  await settled(platform);
  expect(await rowOf(friend)).toMatchObject({ status: 'void' });
  expect(await database.owner.count({ where: { inviteCode: payload.slice(2) } })).toBe(0);
  const late = await newOwner(payload);
  expect(await rowOf(late)).toBeNull();
  await openShop(platform, { owner: friend });
  await settled(platform);
  expect(await rowOf(friend)).toMatchObject({ status: 'void' });
});

test('moderators set the days: outside the range nothing is stored, and 0 switches it off', async () => {
  const { mainBot, moderator, database } = platform;
  const { inviter, friend } = await newPair();
  await openShop(platform, { owner: friend });
  await sets('refnewdays', '366');
  await moderator.reads(mainBot, 'from 0 to 365');
  expect(await database.platformSetting.count({ where: { name: 'refnewdays' } })).toBe(0);
  await moderator.sends(mainBot, '0');
  await moderator.reads(mainBot, 'Days for the invited owner: 0 days');
  await inviter.presses(mainBot, 'refer');
  expect(inviter.chatWith(mainBot).last?.text).not.toContain('Your friend gets');
  await buys(friend);
  expect(await endOf(inviter)).toBe(inDays(15));
  expect(await endOf(friend)).toBe(inDays(MONTH));

  const another = await newOwner(await payloadOf(inviter));
  await openShop(platform, { owner: another });
  await sets('refdays', '0');
  await inviter.presses(mainBot, 'refer');
  expect(told(inviter, mainBot)).toContain('switched off');
  await inviter.sends(mainBot, '/menu');
  const labels = inviter
    .chatWith(mainBot)
    .last?.buttons.flat()
    .map(({ data }) => data);
  expect(labels).not.toContain('refer');
  await buys(another);
  expect(await rowOf(another)).toMatchObject({ status: 'void' });
  expect(await endOf(inviter)).toBe(inDays(15));
  await sets('refdays', '15');
  await sets('refnewdays', '15');
});
