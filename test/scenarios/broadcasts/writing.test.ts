import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { becomes, copiesOf, newDraft, startsBroadcast } from '../../support/growth/broadcasts.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const draft = (author = shop.owner) => newDraft(platform, shop, author);
const starts = (id: number, author = shop.owner) => startsBroadcast(platform, shop, author, id);
const lastOf = (author = shop.owner) => author.chatWith(shop.shop).last;

test('an owner writes in the seller bot, sees what people will see, and everybody gets it once with the way to get no more', async () => {
  const { owner, shop: bot } = shop;
  const [first, second] = [
    await newBuyer(platform, shop),
    await newBuyer(platform, shop, { languageCode: 'ru' }),
  ];
  await owner.presses(platform.mainBot, `bot:${bot.id}:casts:0`);
  const list = owner.chatWith(platform.mainBot).last;
  expect(list?.buttons.flat().some(({ url }) => url === `https://t.me/${bot.username}?start=cast`)).toBe(
    true,
  );
  await owner.starts(bot, { payload: 'cast' });
  await owner.sends(bot, 'Ten new lessons are here');
  const page = await owner.reads(bot, '2 people will get it');
  expect(copiesOf(owner, bot)).toBe(1);
  const copy = owner
    .chatWith(bot)
    .messages.find(({ from, text }) => from === 'bot' && text.includes('Ten new'));
  expect(copy?.buttons.flat()).toMatchObject([{ data: 'mail:off' }]);

  const { id } = await platform.database.broadcast.findFirstOrThrow({
    where: { createdBy: BigInt(owner.id) },
  });
  await owner.presses(bot, `cast:${id}:plan:${shop.planId}`, { message: page });
  await owner.presses(bot, `cast:${id}:start`);
  expect(lastOf()?.text).toContain('2 people');
  expect(await platform.database.broadcastRecipient.count()).toBe(0);
  await owner.presses(bot, `cast:${id}:start:yes`);
  expect(await becomes(platform, id, 'done')).toMatchObject({ total: 2 });
  expect([copiesOf(first, bot), copiesOf(second, bot), copiesOf(owner, bot)]).toEqual([1, 1, 1]);
  expect(
    first
      .chatWith(bot)
      .last?.buttons.flat()
      .map(({ data }) => data),
  ).toEqual([`plan:${shop.planId}`, 'mail:off']);
  expect(second.chatWith(bot).last?.buttons.flat().at(-1)?.text).toContain('Не присылать');
  await owner.reads(bot, 'Sent: 2 of 2');
  await owner.reads(platform.mainBot, `Broadcast no. ${id}`);
  const trail = await platform.database.auditEntry.findMany({ where: { target: `broadcast:${id}` } });
  expect(trail.map(({ action }) => action)).toEqual(['broadcast.started']);
});

test('whoever wants no offers, is banned, has blocked the bot or helps with it gets none; a word before the start counts', async () => {
  const { owner, shop: bot } = shop;
  const { database, mainBot, quiet } = platform;
  const people = await Promise.all(
    ['glad', 'off', 'banned', 'blocked'].map((firstName) => newBuyer(platform, shop, { firstName })),
  );
  const { manager } = await newManager(platform, shop, 'support');
  const id = await draft();
  const [glad, off, banned, blocked] = people as [
    typeof manager,
    typeof manager,
    typeof manager,
    typeof manager,
  ];
  await off.presses(bot, 'mail:off');
  const row = await database.endUser.findFirstOrThrow({ where: { telegramUserId: BigInt(banned.id) } });
  await owner.presses(mainBot, `user:${row.id}:ban`);
  await blocked.blocks(bot);
  await quiet();
  await starts(id);
  expect(await becomes(platform, id, 'done')).toMatchObject({ total: 1 });
  expect([glad, off, banned, manager].map((one) => copiesOf(one, bot))).toEqual([1, 0, 0, 0]);
});

test('at night it waits for the morning, and goes to those who want it by then', async () => {
  const { owner, shop: bot } = shop;
  const [sleeper, refuser] = [await newBuyer(platform, shop), await newBuyer(platform, shop)];
  const id = await draft();
  platform.clock.passes({ hours: 12 });
  await owner.presses(bot, `cast:${id}:start`);
  expect(lastOf()?.text).toContain('at night');
  await owner.presses(bot, `cast:${id}:start:yes`);
  expect(lastOf()?.text).toContain('waits for the morning');
  expect(await platform.database.broadcast.findUniqueOrThrow({ where: { id } })).toMatchObject({
    status: 'scheduled',
    startsAt: new Date('2026-11-22T03:00:00Z'),
  });
  await refuser.presses(bot, 'mail:off');
  platform.clock.passes({ hours: 6 });
  await platform.app.jobs.sweep();
  expect(await becomes(platform, id, 'done')).toMatchObject({ total: 1 });
  expect([copiesOf(sleeper, bot), copiesOf(refuser, bot)]).toEqual([1, 0]);
  platform.clock.passes({ hours: 6 });
});

test('a manager for all writes as the owner does; any other, and an end user who forges a button, is refused', async () => {
  const { shop: bot } = shop;
  const buyer = await newBuyer(platform, shop);
  const { manager } = await newManager(platform, shop, 'all');
  const { manager: helper } = await newManager(platform, shop, 'receipts');
  const id = await draft(manager);
  for (const stranger of [buyer, helper]) {
    for (const data of [
      'cast',
      'casts:0',
      `cast:${id}`,
      `cast:${id}:seg:live`,
      `cast:${id}:test`,
      `cast:${id}:start`,
      `cast:${id}:start:yes`,
      `cast:${id}:pause`,
      `cast:${id}:resume`,
      `cast:${id}:cancel`,
    ]) {
      await stranger.presses(bot, data);
      expect(told(stranger, bot)).toContain('no longer available');
    }
    await stranger.starts(bot, { payload: 'cast' });
    expect(lastOf(stranger)?.text).not.toContain('Send the message');
    expect(copiesOf(stranger, bot)).toBe(0);
  }
  const other = await openShop(platform);
  await other.owner.presses(other.shop, `cast:${id}:start:yes`);
  expect(await platform.database.broadcast.findUniqueOrThrow({ where: { id } })).toMatchObject({
    status: 'draft',
  });
  await starts(id, manager);
  await becomes(platform, id, 'done');
  expect(copiesOf(buyer, bot)).toBe(1);
  await manager.reads(platform.mainBot, `Broadcast no. ${id}`);
  await shop.owner.reads(platform.mainBot, `Broadcast no. ${id}`);
});

test('an album is refused once, a picture is taken, and what Telegram passes on for nobody is asked for anew', async () => {
  const { owner, shop: bot } = shop;
  await newBuyer(platform, shop);
  await owner.presses(bot, 'cast');
  for (let index = 0; index < 3; index += 1) await owner.sendsPhoto(bot, { album: 'holiday' });
  await platform.telegram.quiet();
  const refusals = owner.chatWith(bot).messages.filter(({ text }) => text.includes('An album can’t'));
  expect(refusals).toHaveLength(1);
  platform.telegram.failNext('copyMessage', {
    kind: 'refused',
    description: "Bad Request: message can't be copied",
  });
  await owner.sends(bot, 'odd');
  expect(lastOf()?.text).toContain('of this kind');
  await owner.sendsPhoto(bot, { caption: 'Ten new lessons are here' });
  await owner.reads(bot, '1 person will get it');
});

test('a draft can be changed and deleted, and is refused once it has started', async () => {
  const { owner, shop: bot } = shop;
  await newBuyer(platform, shop);
  const gone = await draft();
  await owner.presses(bot, `cast:${gone}:cancel`);
  expect(await platform.database.broadcast.count({ where: { id: gone } })).toBe(0);
  const id = await draft();
  await owner.presses(bot, `cast:${id}:seg:live`);
  expect(lastOf()?.text).toContain('0 people');
  await owner.presses(bot, `cast:${id}:start:yes`);
  expect(told(owner, bot)).toContain('Nobody would get it');
  await owner.presses(bot, `cast:${id}:seg:never`);
  await owner.presses(bot, `cast:${id}:lang:uz`);
  expect(lastOf()?.text).toContain('0 people');
  await owner.presses(bot, `cast:${id}:lang:all`);
  expect(lastOf()?.text).toContain('1 person');
  await starts(id);
  await becomes(platform, id, 'done');
  await owner.presses(bot, `cast:${id}:seg:live`);
  expect(told(owner, bot)).toContain('has been started');
});
