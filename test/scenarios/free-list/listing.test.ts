import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, newMember, openShop, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { newestFile, newestPage, told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
let channelId: number;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  const where = { telegramChatId: BigInt(shop.chat.id) };
  channelId = (await platform.database.channel.findFirstOrThrow({ where })).id;
});
afterAll(async () => {
  await platform.closesClean();
});

const listed = () => platform.database.freeMember.findMany({ orderBy: { id: 'asc' } });

test('an owner picks people from Telegram’s own list, up to ten at once, and takes one off after a question', async () => {
  const { mainBot, database, telegram } = platform;
  const { owner } = shop;
  await owner.presses(mainBot, `bot:${shop.shop.id}:more`);
  await owner.taps(mainBot, '🎫 Free list');
  await owner.reads(mainBot, 'Nobody is on it yet');
  await owner.taps(mainBot, '➕ Add people');
  expect(newestPage(owner, mainBot)).toContain(`Who is to stay in ${shop.chat.title}?`);
  const people = Array.from({ length: 10 }, (_, index) =>
    telegram.newPerson({ firstName: `Guest ${index}`, username: `guest_${index}` }),
  );
  await owner.taps(mainBot, '👤 Choose people', { people });
  await owner.reads(mainBot, '10 people are on the free list now');
  expect(owner.chatWith(mainBot).keyboard).toEqual([]);
  expect(newestPage(owner, mainBot)).toContain('Guest 9');
  const rows = await listed();
  expect(rows).toMatchObject(
    people.map((one, index) => ({ telegramUserId: BigInt(one.id), name: `Guest ${index}`, channelId })),
  );
  await owner.taps(mainBot, '🗑 Guest 0');
  await owner.reads(mainBot, 'Take Guest 0 (ID');
  expect(await listed()).toHaveLength(10);
  await owner.taps(mainBot, 'Yes, take off');
  await owner.reads(
    mainBot,
    (message) => message.text.includes('free list') && !message.text.includes('Guest 0'),
  );
  expect(await listed()).toHaveLength(9);
  await platform.quiet();
  const trail = await database.auditEntry.findMany({ where: { action: { startsWith: 'free-member.' } } });
  expect(trail).toHaveLength(11);
  expect(trail.at(-1)).toMatchObject({ action: 'free-member.removed', actor: `owner:${owner.id}` });
});

test('who is not in Telegram’s list is typed: an id, or the name of somebody known, with a note', async () => {
  const { mainBot, database } = platform;
  const { owner } = shop;
  const known = await newBuyer(platform, shop, { firstName: 'Known' });
  await database.endUser.updateMany({ where: { telegramUserId: known.id }, data: { username: 'Known_One' } });
  const add = async (text: string) => {
    await owner.presses(mainBot, `chat:${channelId}:free-add`);
    await owner.sends(mainBot, text);
    await platform.quiet();
  };
  await add('@known_one  an old friend');
  await owner.reads(mainBot, 'Known (ID');
  const page = await owner.reads(mainBot, /Known \(@Known_One\).*an old friend/);
  expect(page.text).toContain('free list');
  await add('@known_one');
  await owner.reads(mainBot, 'is on the free list already');
  await add('７７７０００１２３');
  expect(await listed()).toContainEqual(expect.objectContaining({ telegramUserId: 777_000_123n, name: '' }));
  for (const [typed, answer] of [
    ['@nobody_here', '@nobody_here hasn’t used this bot yet'],
    ['what?', 'neither an id nor a @username'],
    [`123456 ${'x'.repeat(65)}`, 'longer than 64'],
  ] as const) {
    await add(typed);
    expect(owner.chatWith(mainBot).last?.text).toContain(answer);
    expect(
      owner
        .chatWith(mainBot)
        .last?.buttons.flat()
        .map(({ text }) => text),
    ).toEqual(['Cancel']);
  }
  await owner.taps(mainBot, 'Cancel');
  await owner.reads(mainBot, (message) => message.text.includes('777000123'));
});

test('somebody is put on the list of every chat of a bot, those to come too', async () => {
  const { mainBot, database } = platform;
  const { owner } = shop;
  const group = owner.createsGroup('Second', { supergroup: true });
  await owner.adds(shop.shop, group);
  await owner.reads(mainBot, 'Second');
  await owner.presses(mainBot, `chat:${channelId}:free:0`);
  await owner.taps(mainBot, '➕ Add to every chat');
  expect(newestPage(owner, mainBot)).toContain('every chat of this bot');
  const person = platform.telegram.newPerson({ firstName: 'Everywhere' });
  await owner.taps(mainBot, '👤 Choose people', { people: [person] });
  await owner.reads(mainBot, 'Everywhere (ID');
  const row = await database.freeMember.findFirstOrThrow({ where: { telegramUserId: person.id } });
  expect(row.channelId).toBeNull();
  const second = await database.channel.findFirstOrThrow({ where: { title: 'Second' } });
  await owner.presses(mainBot, `chat:${second.id}:free:0`);
  expect(newestPage(owner, mainBot)).toMatch(/Everywhere.*in every chat/);
  // In the shop they find a way into each.
  await person.starts(shop.shop);
  await person.presses(shop.shop, 'lang:en');
  const ways = person
    .chatWith(shop.shop)
    .last?.buttons.flat()
    .filter(({ data }) => data?.startsWith('free-link:'));
  expect(ways).toHaveLength(2);
  await owner.presses(mainBot, `free:${row.id}:remove`);
  await owner.taps(mainBot, 'Yes, take off');
  await platform.quiet();
  expect(await database.freeMember.count({ where: { telegramUserId: person.id } })).toBe(0);
});

test('a list has pages, and one message heard twice adds nobody twice', async () => {
  const { mainBot, database, clock } = platform;
  const { owner } = shop;
  const { botId } = await database.channel.findUniqueOrThrow({ where: { id: channelId } });
  await database.freeMember.createMany({
    data: Array.from({ length: 12 }, (_, index) => ({
      botId,
      channelId,
      telegramUserId: BigInt(800_000 + index),
      name: `Many ${index}`,
      addedBy: owner.id,
      addedAt: clock.now(),
    })),
  });
  await owner.presses(mainBot, `chat:${channelId}:free:0`);
  expect(newestPage(owner, mainBot)).toContain('Many 11');
  expect(newestPage(owner, mainBot)).not.toContain('Many 1 ');
  await owner.taps(mainBot, 'More →');
  expect(newestPage(owner, mainBot)).toContain('Many 1 ');
  const before = await database.freeMember.count();
  await owner.presses(mainBot, `chat:${channelId}:free-add`);
  await Promise.all(Array.from({ length: 5 }, () => owner.sends(mainBot, '909090909')));
  await platform.quiet();
  expect(await database.freeMember.count()).toBe(before + 1);
});

test('whoever does all but the owner’s own does this too; others, and other owners, find nothing', async () => {
  const { mainBot, database } = platform;
  const [{ id } = { id: 0 }] = await listed();
  const { manager } = await newManager(platform, shop, 'all', { firstName: 'Helper' });
  await manager.presses(mainBot, `bot:${shop.shop.id}:more`);
  await manager.taps(mainBot, new RegExp(`🎫 ${shop.chat.title}`));
  await manager.taps(mainBot, '➕ Add people');
  const guest = platform.telegram.newPerson({ firstName: 'Helped' });
  await manager.taps(mainBot, '👤 Choose people', { people: [guest] });
  await platform.quiet();
  const row = await database.freeMember.findFirstOrThrow({ where: { telegramUserId: guest.id } });
  expect(row.addedBy).toBe(BigInt(manager.id));
  const other = await openShop(platform);
  const { manager: support } = await newManager(platform, shop, 'support');
  for (const somebody of [other.owner, support]) {
    for (const data of [
      `chat:${channelId}:free:0`,
      `chat:${channelId}:free-add`,
      `bot:${shop.shop.id}:free-add`,
      `free:${id}:remove`,
      `free:${id}:remove:yes`,
    ]) {
      await somebody.presses(mainBot, data);
      expect(told(somebody, mainBot), data).toContain('no longer available');
    }
  }
  expect(await database.freeMember.findUnique({ where: { id } })).not.toBeNull();
});

test('somebody sees with their data that they are on a list, and goes from it when they are forgotten', async () => {
  const { mainBot, database } = platform;
  const { member } = await newMember(platform, shop, { firstName: 'Leaving' });
  await shop.owner.presses(mainBot, `chat:${channelId}:free-add`);
  await shop.owner.sends(mainBot, `${member.id} from school`);
  await member.presses(shop.shop, `free-link:${channelId}`);
  await member.reads(shop.shop, 'already');
  await member.presses(shop.shop, 'mydata');
  await platform.quiet();
  const { freeList } = JSON.parse(newestFile(member, shop.shop).text) as { freeList: object[] };
  expect(freeList).toMatchObject([{ channel: { title: shop.chat.title }, note: 'from school' }]);
  await member.presses(shop.shop, 'forget');
  await member.reads(shop.shop, 'Your place on the free list will be lost');
  await member.presses(shop.shop, 'forget:yes');
  await platform.telegram.until(() => !shop.chat.has(member), { what: 'the member to be out' });
  expect(await database.freeMember.count({ where: { telegramUserId: member.id } })).toBe(0);
});
