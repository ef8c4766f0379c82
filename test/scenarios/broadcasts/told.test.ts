import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  AT_ONCE,
  becomes,
  copiesOf,
  copiesToPeople,
  newDraft,
  newPeople,
  startsBroadcast,
  startsHeld,
  statesOf,
} from '../../support/growth/broadcasts.ts';
import { callsOf } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const heardBy = (person: Shop['owner'], words: string) =>
  person.chatWith(platform.mainBot).messages.filter(({ text }) => text.includes(words));

/** A shop on a bot that the main bot manages. */
async function managedShop(firstName: string): Promise<Shop> {
  const { telegram, app, mainBot } = platform;
  mainBot.canManageBots = true;
  await app.jobs.checkBots();
  const owner = telegram.newPerson({ firstName, languageCode: 'en' });
  await owner.starts(mainBot);
  await owner.presses(mainBot, 'lang:en');
  await owner.presses(mainBot, 'addbot');
  const link = owner
    .chatWith(mainBot)
    .last?.buttons.flat()
    .find(({ url }) => url?.includes('/newbot/'))?.url;
  const bot = await owner.makesBot(link ?? '');
  await platform.quiet();
  return openShop(platform, { owner, bot });
}

test('whoever wrote it is told with the owner that it has paused by itself; another manager is not', async () => {
  const { manager } = await newManager(platform, shop, 'all', { firstName: 'Jasur' });
  const { manager: other } = await newManager(platform, shop, 'all', { firstName: 'Malika' });
  await newBuyer(platform, shop);
  const id = await newDraft(platform, shop, manager);
  const end = platform.telegram.failAll(callsOf(shop.shop, 'copyMessage'), {
    kind: 'refused',
    description: 'Bad Request: message to copy not found',
  });
  await startsBroadcast(platform, shop, manager, id);
  await becomes(platform, id, 'paused');
  for (const one of [manager, shop.owner]) await one.reads(platform.mainBot, 'has been deleted');
  await platform.quiet();
  expect(heardBy(other, `no. ${id}`)).toEqual([]);
  end();
});

test('moderators hear of the end of one to more than 10,000, and of no other', async () => {
  const { database, moderator, mainBot } = platform;
  await newPeople(platform, shop, AT_ONCE);
  const small = await newDraft(platform, shop, shop.owner);
  await startsBroadcast(platform, shop, shop.owner, small);
  await becomes(platform, small, 'done');
  platform.clock.passes({ days: 8 });
  const large = await newDraft(platform, shop, shop.owner);
  const release = await startsHeld(platform, shop, large);
  // That many people came to be counted when it started.
  await database.broadcast.update({ where: { id: large }, data: { total: 10_001 } });
  release();
  await becomes(platform, large, 'done');
  await moderator.reads(mainBot, `Broadcast no. ${large}`);
  await platform.quiet();
  expect(heardBy(moderator, `Broadcast no. ${small}`)).toEqual([]);
});

test('while it goes out its owner sees how far it is, and whoever comes meanwhile gets none; nothing is paid for speed', async () => {
  const { telegram, database } = platform;
  const people = await newPeople(platform, shop, 25);
  const slow = new Set(people.slice(5).map(({ id }) => id));
  const id = await newDraft(platform, shop, shop.owner);
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const isCopy = copiesToPeople(shop);
  const end = telegram.failAll((call) => isCopy(call) && slow.has(Number(call.params['chat_id'])), {
    kind: 'late',
    until,
  });
  await shop.owner.presses(shop.shop, `cast:${id}:start:yes`, { wait: false });
  await eventually(async () => expect(await statesOf(platform, id)).toEqual({ sent: 5, taken: 20 }));
  const page = await shop.owner.reads(shop.shop, 'Sent: 5 of 25');
  expect(page.text).toContain('Left: 20');
  const newcomer = telegram.newPerson({ firstName: 'Late', languageCode: 'en' });
  await newcomer.starts(shop.shop, { wait: false });
  await eventually(() =>
    database.endUser.findFirstOrThrow({ where: { telegramUserId: BigInt(newcomer.id) } }),
  );
  end();
  release();
  await becomes(platform, id, 'done');
  expect(await statesOf(platform, id)).toEqual({ sent: 25 });
  expect(copiesOf(newcomer, shop.shop)).toBe(0);
  expect(telegram.calls.filter(({ params }) => 'allow_paid_broadcast' in params)).toEqual([]);
});

test('a moderator who bans its owner ends what goes out', async () => {
  const { database, moderator, mainBot } = platform;
  await newPeople(platform, shop, 40);
  const id = await newDraft(platform, shop, shop.owner);
  const release = await startsHeld(platform, shop, id);
  const owner = await database.owner.findUniqueOrThrow({ where: { telegramUserId: BigInt(shop.owner.id) } });
  await moderator.presses(mainBot, `mod:owner:${owner.id}:ban`, { wait: false });
  await eventually(async () =>
    expect(await database.owner.findUniqueOrThrow({ where: { id: owner.id } })).toMatchObject({
      banned: true,
    }),
  );
  release();
  await becomes(platform, id, 'cancelled');
  await eventually(async () =>
    expect(await statesOf(platform, id)).toEqual({ sent: AT_ONCE, waiting: 40 - AT_ONCE }),
  );
  await platform.quiet();
});

test('a managed bot whose token is replaced meanwhile goes on by itself, and its owner hears nothing', async () => {
  const { database } = platform;
  shop = await managedShop('Managed');
  const { owner, shop: bot } = shop;
  const people = await newPeople(platform, shop, 30);
  const id = await newDraft(platform, shop, owner);
  const release = await startsHeld(platform, shop, id);
  bot.revokeToken();
  release();
  await becomes(platform, id, 'done');
  expect(await statesOf(platform, id)).toEqual({ sent: 30 });
  expect(people.map((one) => copiesOf(one, bot))).toEqual(people.map(() => 1));
  await platform.quiet();
  expect(heardBy(owner, 'has paused by itself')).toEqual([]);
  expect(heardBy(owner, 'no longer accepts the token')).toEqual([]);
  expect(await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: bot.id } })).toMatchObject({
    tokenDeadAt: null,
  });
});

test('when a bot has changed hands nothing more of it goes out: its former owner starts and resumes none', async () => {
  const { database, telegram, mainBot, app } = platform;
  const other = telegram.newPerson({ firstName: 'Other', username: 'other_owner', languageCode: 'en' });
  await other.starts(mainBot);
  await other.presses(mainBot, 'lang:en');
  shop = await managedShop('Former');
  const { owner, shop: bot } = shop;
  const people = await newPeople(platform, shop, 45);
  const draft = await newDraft(platform, shop, owner, 'Another word');
  const id = await newDraft(platform, shop, owner);
  const release = await startsHeld(platform, shop, id);
  await owner.presses(bot, `cast:${id}:pause`, { wait: false });
  await becomes(platform, id, 'paused');
  release();
  await platform.quiet();
  await owner.handsOver(bot, other);
  await platform.quiet();
  await eventually(async () =>
    expect(await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: bot.id } })).toMatchObject({
      handedOverTo: BigInt(other.id),
    }),
  );
  await owner.presses(bot, `cast:${draft}:start:yes`);
  expect(told(owner, bot)).toContain('belongs to somebody else now');
  await owner.presses(bot, `cast:${id}:resume`);
  await eventually(async () => {
    await app.jobs.sweep();
    await becomes(platform, id, 'cancelled');
  });
  await owner.reads(mainBot, 'was cancelled');
  await platform.quiet();
  expect(people.filter((one) => copiesOf(one, bot) > 0)).toHaveLength(AT_ONCE);
  await becomes(platform, draft, 'draft');
});
