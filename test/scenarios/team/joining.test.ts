import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { asksToHelp, newInvitation, newManager, opensInvitation } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const rowsOf = (person: SandboxPerson) =>
  platform.database.botManager.findMany({ where: { telegramUserId: person.id } });

async function knowsGetolog(firstName: string): Promise<SandboxPerson> {
  const person = platform.telegram.newPerson({ firstName, languageCode: 'en' });
  await person.starts(platform.mainBot);
  await person.presses(platform.mainBot, 'lang:en');
  return person;
}

const newestWith = (person: SandboxPerson, words: string | RegExp) =>
  person
    .chatWith(platform.mainBot)
    .messages.findLast(({ text }) => (typeof words === 'string' ? text.includes(words) : words.test(text)));

test('an owner invites, somebody asks, the owner agrees, and the bot is among theirs', async () => {
  const { mainBot, database } = platform;
  const { owner } = shop;
  await owner.presses(mainBot, `bot:${shop.shop.id}:grow`);
  await owner.taps(mainBot, '👥 Team');
  await owner.reads(mainBot, 'Nobody helps you here yet');
  await owner.taps(mainBot, '➕ Receipts');
  const page = await owner.reads(mainBot, 'They get receipts, approve and reject them.');
  const [copied = ''] = page.buttons.flat().flatMap(({ copyText }) => copyText ?? []);
  expect(copied).toMatch(/^https:\/\/t\.me\/getolog_bot\?start=m_[\w-]{22}$/);
  const payload = copied.split('start=')[1] ?? '';

  const helper = await opensInvitation(platform, payload, { firstName: 'Malika' });
  const offer = await helper.reads(mainBot, 'would like your help');
  expect(offer.text).toContain(
    `Aziz (@${owner.username}) would like your help with @${shop.shop.username}: receipts`,
  );
  await helper.taps(mainBot, '🤝 I’ll help');
  await helper.reads(mainBot, 'has been asked');
  expect(await rowsOf(helper)).toMatchObject([{ role: 'receipts', status: 'asked', fullName: 'Malika' }]);
  // As long as nobody has agreed, they are nobody there.
  await helper.presses(mainBot, `bot:${shop.shop.id}`);
  expect(told(helper, mainBot)).toContain('no longer available');

  await platform.quiet();
  const asked = newestWith(owner, 'wants to help you');
  expect(asked?.text).toContain('Malika');
  await owner.taps(mainBot, '✅ Agree');
  await helper.reads(mainBot, 'You’re on the team');
  await helper.presses(mainBot, 'bots:0');
  await helper.taps(mainBot, new RegExp(`👥 ${shop.shop.username}`));
  await helper.reads(mainBot, 'You help here with: receipts');
  await platform.quiet();
  const [{ id } = { id: 0 }] = await rowsOf(helper);
  const lines = await database.auditEntry.findMany({
    where: { action: { startsWith: 'manager.' }, target: `manager:${id}` },
    orderBy: { id: 'asc' },
  });
  expect(lines.map(({ action, actor }) => [action, actor])).toEqual([
    ['manager.asked', `manager:${helper.id}`],
    ['manager.added', `owner:${owner.id}`],
  ]);
});

test('moderators hear of a helper as an owner with the first bot of their own, and only then', async () => {
  const { mainBot, moderator, telegram } = platform;
  const { manager } = await newManager(platform, shop, 'support', { firstName: 'Nilufar' });
  const heard = () =>
    moderator.chatWith(mainBot).messages.filter(({ text }) => /New owner/.test(text) && /Nilufar/.test(text));
  expect(heard()).toEqual([]);
  for (const username of ['nilufar_one_bot', 'nilufar_two_bot']) {
    const bot = telegram.newBot({ username, name: username });
    await manager.sends(mainBot, bot.token);
    await platform.quiet();
  }
  expect(heard()).toHaveLength(1);
});

test('a link is for whoever opened it first, for one use, and for 48 hours', async () => {
  const { mainBot, clock } = platform;
  const payload = await newInvitation(platform, shop, 'all');
  const first = await opensInvitation(platform, payload, { firstName: 'Olim' });
  const other = await knowsGetolog('Sobir');
  await other.starts(mainBot, { payload });
  await other.reads(mainBot, 'This invitation no longer works');
  const invite = await platform.database.managerInvite.findFirstOrThrow({ orderBy: { id: 'desc' } });
  await other.presses(mainBot, `join:${invite.id}`);
  expect(told(other, mainBot)).toContain('no longer available');
  expect(await rowsOf(other)).toEqual([]);
  // Opened again it is still theirs; pressed at once twenty times, they have asked once.
  await first.starts(mainBot, { payload });
  await Promise.all(Array.from({ length: 20 }, () => first.presses(mainBot, `join:${invite.id}`)));
  await platform.quiet();
  expect(await rowsOf(first)).toHaveLength(1);
  await first.starts(mainBot, { payload });
  await first.reads(mainBot, 'This invitation no longer works');

  const late = await newInvitation(platform, shop, 'all');
  clock.passes({ hours: 48 });
  await other.starts(mainBot, { payload: late });
  expect(other.chatWith(mainBot).last?.text).toContain('This invitation no longer works');
  const waits = await newInvitation(platform, shop, 'all');
  const slow = await opensInvitation(platform, waits, { firstName: 'Rano' });
  clock.passes({ hours: 48 });
  const { id } = await platform.database.managerInvite.findFirstOrThrow({ orderBy: { id: 'desc' } });
  await slow.presses(mainBot, `join:${id}`);
  expect(told(slow, mainBot)).toContain('This invitation no longer works');
  expect(await rowsOf(slow)).toEqual([]);
});

test('the owner’s own link, one made up, and one of a bot that is gone lead to the menu, with a word why', async () => {
  const { mainBot } = platform;
  await shop.owner.starts(mainBot, { payload: await newInvitation(platform, shop, 'all') });
  await shop.owner.reads(mainBot, 'This bot is yours');
  const gone = await openShop(platform);
  const payload = await newInvitation(platform, gone, 'all');
  await gone.owner.presses(mainBot, `bot:${gone.shop.id}:remove:yes`);
  for (const dead of [payload, `m_${'A'.repeat(22)}`]) {
    const person = await knowsGetolog('Zafar');
    await person.starts(mainBot, { payload: dead });
    await person.reads(mainBot, 'This invitation no longer works');
  }
});

test('who was refused may ask again by another link; who helps already cannot', async () => {
  const { mainBot } = platform;
  const person = await opensInvitation(platform, await newInvitation(platform, shop, 'receipts'));
  const managerId = await asksToHelp(platform, person);
  await person.starts(mainBot, { payload: await newInvitation(platform, shop, 'all') });
  await person.reads(mainBot, 'on this team already');
  await shop.owner.presses(mainBot, `mgr:${managerId}:no`);
  await person.reads(mainBot, 'doesn’t need help now');
  await shop.owner.presses(mainBot, `mgr:${managerId}:ok`);
  expect(told(shop.owner, mainBot)).toContain('decided already');
  await person.starts(mainBot, { payload: await newInvitation(platform, shop, 'support') });
  await asksToHelp(platform, person);
});

test('a bot has at most ten, however many links were given out', async () => {
  const { mainBot, database } = platform;
  const full = await openShop(platform);
  const { id: botId } = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: full.shop.id } });
  const payloads = [await newInvitation(platform, full, 'all'), await newInvitation(platform, full, 'all')];
  await database.botManager.createMany({
    data: Array.from({ length: 9 }, (_, index) => ({
      botId,
      telegramUserId: BigInt(9_000_000 + index),
      fullName: `Helper ${index}`,
      role: 'support',
      status: 'active',
      addedAt: platform.clock.now(),
    })),
  });
  const people = await Promise.all(payloads.map((payload) => opensInvitation(platform, payload)));
  const invites = await database.managerInvite.findMany({ where: { botId } });
  await Promise.all(
    people.map((person) => {
      const { id } = invites.find(({ openedBy }) => openedBy === BigInt(person.id)) ?? { id: 0 };
      return person.presses(mainBot, `join:${id}`);
    }),
  );
  await platform.quiet();
  expect(await database.botManager.count({ where: { botId } })).toBe(10);
  await full.owner.presses(mainBot, `bot:${full.shop.id}:team:all`);
  expect(told(full.owner, mainBot)).toContain('at most 10 people');
});

test('roles change, people are removed after a question, and leave by themselves; each is told', async () => {
  const { mainBot } = platform;
  const { owner } = shop;
  const { manager, managerId } = await newManager(platform, shop, 'receipts', { firstName: 'Gulnora' });
  await owner.presses(mainBot, `mgr:${managerId}:role:support`);
  await manager.reads(mainBot, /you now help with: support/);
  await owner.presses(mainBot, `mgr:${managerId}:remove`);
  await owner.reads(mainBot, 'Remove Gulnora');
  expect(await rowsOf(manager)).toMatchObject([{ status: 'active', role: 'support' }]);
  await owner.taps(mainBot, 'Yes, remove');
  await manager.reads(mainBot, 'no longer on the team');
  await manager.presses(mainBot, `bot:${shop.shop.id}`);
  expect(told(manager, mainBot)).toContain('no longer available');

  const other = await newManager(platform, shop, 'all', { firstName: 'Jahongir' });
  await other.manager.presses(mainBot, `bot:${shop.shop.id}:more`);
  await other.manager.taps(mainBot, '🚪 Leave the team');
  await other.manager.reads(mainBot, 'You’ve left the team');
  await owner.reads(mainBot, /Jahongir .*has left the team/);
  expect(await rowsOf(other.manager)).toMatchObject([{ status: 'removed' }]);
});

test('an invitation is kept for a month after its time, and whoever helps is brought by nobody', async () => {
  const { app, clock, database, mainBot } = platform;
  await newInvitation(platform, shop, 'all');
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:ref:days`);
  const inviter = await newBuyer(platform, shop);
  await inviter.presses(shop.shop, 'invite');
  await platform.quiet();
  const { inviteCode } = await database.endUser.findFirstOrThrow({ where: { telegramUserId: inviter.id } });
  const helper = await opensInvitation(platform, await newInvitation(platform, shop, 'support'));
  await shop.owner.presses(mainBot, `mgr:${await asksToHelp(platform, helper)}:ok`);
  await helper.starts(shop.shop, { payload: `r_${inviteCode}` });
  await platform.quiet();
  expect(await database.referral.count()).toBe(0);
  expect(await database.managerInvite.count()).toBeGreaterThan(0);
  clock.passes({ days: 33 });
  await app.services.retention.prune();
  expect(await database.managerInvite.count()).toBe(0);
});
