import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxChat } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { addPlan, newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let channelId: number;
let group: SandboxChat;
let groupId: number;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  channelId = await idOf(shop.chat);
  group = shop.owner.createsGroup('Talks', { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  await platform.quiet();
  groupId = await idOf(group);
});
afterAll(async () => {
  await platform.closesClean();
});

async function idOf({ id }: SandboxChat): Promise<number> {
  const where = { telegramChatId: BigInt(id) };
  return (await platform.database.channel.findFirstOrThrow({ where })).id;
}

async function lastScreen(person = shop.owner, bot = platform.mainBot) {
  await platform.quiet();
  const { last } = person.chatWith(bot);
  const buttons = (last?.buttons ?? []).flat();
  return { text: (last?.text ?? '').replaceAll('\u00A0', ' '), data: buttons.map(({ data }) => data) };
}

/** What the owner is told over the chat. */
async function toast(): Promise<string> {
  await platform.quiet();
  return shop.owner.answers(platform.mainBot).at(-1)?.text ?? '';
}

const added = (kind: string, term: string, price: string, chat = channelId) =>
  addPlan(platform, shop, { channelId: chat, kind, term, price });

const auditOf = async (planId: number) =>
  (
    await platform.database.auditEntry.findMany({
      where: { target: `plan:${planId}` },
      orderBy: { id: 'asc' },
    })
  ).map(({ action }) => action);

test('an owner adds plans for days, months, to a date and a trial, each on sale at once', async () => {
  const { owner, shop: bot } = shop;
  await owner.presses(platform.mainBot, `bot:${bot.id}:plans`);
  expect((await lastScreen()).data).toContain(`chat:${channelId}:plan-new`);
  await owner.presses(platform.mainBot, `chat:${channelId}:plan-new`);
  expect((await lastScreen()).data).toEqual([
    ...['days', 'months', 'until', 'trial'].map((kind) => `plan-new:${channelId}:${kind}`),
    `bot:${bot.id}:plans`,
  ]);
  expect(await added('days', '7', '15 000')).toMatchObject({
    durationDays: 7,
    isCustom: true,
    isActive: true,
  });
  expect(await added('months', '3', '120 000')).toMatchObject({ durationMonths: 3, isTrial: false });
  expect(await added('until', '31.12.2026', '70 000')).toMatchObject({ endsOn: new Date('2026-12-31') });
  const trial = await added('trial', '3', '0');
  expect(trial).toMatchObject({ durationDays: 3, isTrial: true });
  expect(await auditOf(trial.id)).toEqual(['plan.added']);
  await owner.presses(platform.mainBot, `bot:${bot.id}:plans`);
  expect((await lastScreen()).text).toContain(
    '• trial, 3 days: free\n• 7 days: 15,000 UZS\n• 1 month: 50,000 UZS\n• until 31.12.2026: 70,000 UZS\n• 3 months: 120,000 UZS',
  );
});

test('what cannot be is refused in a sentence, and the question stays open', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  const before = await database.plan.count();
  for (const [kind, wrong, why] of [
    ['days', '0', 'from 1 to 3650'],
    ['days', '3651', 'from 1 to 3650'],
    ['months', '0', 'from 1 to 60'],
    ['months', '61', 'from 1 to 60'],
    ['months', 'three', 'from 1 to 60'],
    ['until', '31.02.2027', 'DD.MM.YYYY'],
    ['until', '20.11.2026', 'over or too close'],
    ['until', '21.11.2026', 'over or too close'],
    ['until', '31.12.2099', 'too far'],
  ] as const) {
    await owner.presses(mainBot, `plan-new:${channelId}:${kind}`);
    await owner.sends(mainBot, wrong);
    const { text, data } = await lastScreen();
    expect(text, wrong).toContain(why);
    expect(data).toEqual([`bot:${shop.shop.id}:plans`]);
  }
  await owner.presses(mainBot, `plan-new:${channelId}:days`);
  await owner.sends(mainBot, 'a week');
  await owner.sends(mainBot, '14');
  await owner.sends(mainBot, '0');
  expect((await lastScreen()).text).toContain('A price can be from 0.01');
  await owner.sends(mainBot, '25 000');
  await platform.quiet();
  expect(await database.plan.count({ where: { durationDays: 14 } })).toBe(1);
  await owner.presses(mainBot, `plan-new:${channelId}:trial`);
  expect(await toast()).toContain('already has a trial');
  expect(await database.plan.count()).toBe(before + 1);
});

test('price and name change, a removed plan is gone and can be made anew', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  const { id } = await added('days', '30', '40 000');
  await owner.presses(mainBot, `plan-price:${id}`);
  await owner.sends(mainBot, '45 000');
  await owner.presses(mainBot, `plan-name:${id}`);
  await owner.sends(mainBot, 'x'.repeat(33));
  expect((await lastScreen()).text).toContain('at most');
  await owner.sends(mainBot, '  Thirty   days ');
  expect((await lastScreen()).text).toContain('Thirty days (30 days)');
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${id}`);
  await owner.presses(mainBot, `plan-remove:${id}`);
  expect((await lastScreen()).data).toEqual([`plan-remove:${id}:yes`, `plan-page:${id}`]);
  expect(await database.plan.findUniqueOrThrow({ where: { id } })).toMatchObject({ archivedAt: null });
  await owner.presses(mainBot, `plan-remove:${id}:yes`);
  await platform.quiet();
  const gone = await database.plan.findUniqueOrThrow({ where: { id } });
  expect(gone).toMatchObject({ name: 'Thirty days', isActive: false });
  expect(gone.archivedAt).not.toBeNull();
  expect(await auditOf(id)).toEqual(['plan.added', 'plan.price-set', 'plan.renamed', 'plan.removed']);
  // What was chosen is still paid.
  await buyer.sendsPhoto(shop.shop);
  await platform.quiet();
  expect(await database.payment.count({ where: { planId: id, status: 'pending', amount: 45_000 } })).toBe(1);
  await owner.presses(mainBot, `plan-on:${id}`);
  expect(await toast()).toContain('no longer available');
});

test('an old button sets the standard six months, and six months of the owner’s own live beside them', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  await owner.presses(mainBot, `price:${channelId}:6`);
  await owner.sends(mainBot, '250 000');
  await added('months', '6', '240 000');
  await owner.presses(mainBot, `price:${channelId}:6`);
  await owner.sends(mainBot, '260 000');
  await platform.quiet();
  const six = await database.plan.findMany({
    where: { channelId, durationMonths: 6 },
    orderBy: { id: 'asc' },
  });
  expect(six.map(({ isCustom, price }) => [isCustom, price.toNumber()])).toEqual([
    [false, 260_000],
    [true, 240_000],
  ]);
});

test('a plan opens the discussion group too, which is proposed; its own chat cannot go', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  group.discusses(shop.chat);
  const { id } = await added('months', '2', '90 000');
  await owner.presses(mainBot, `plan-chats:${id}`);
  const page = await lastScreen();
  expect(page.text).toContain('Talks is where your channel’s posts are discussed');
  expect(page.data).toEqual([
    `plan-chat:${id}:${channelId}`,
    `plan-chat:${id}:${groupId}`,
    `plan-page:${id}`,
  ]);
  await owner.presses(mainBot, `plan-chat:${id}:${groupId}`);
  await owner.presses(mainBot, `plan-chat:${id}:${channelId}`);
  expect(await toast()).toContain('own chat');
  const chats = () => database.planChat.findMany({ where: { planId: id }, orderBy: { channelId: 'asc' } });
  expect((await chats()).map((one) => one.channelId)).toEqual([channelId, groupId]);
  expect((await lastScreen()).text).not.toContain('discussed');
  await owner.presses(mainBot, `plan-chat:${id}:${groupId}`);
  await platform.quiet();
  expect((await chats()).map((one) => one.channelId)).toEqual([channelId]);
  const trial = await database.plan.findFirstOrThrow({ where: { isTrial: true } });
  await owner.presses(mainBot, `plan-chat:${trial.id}:${groupId}`);
  expect(await toast()).toContain('one chat only');
  // A standard plan with two chats is none any more: its button makes a new one.
  await owner.presses(mainBot, `plan-chat:${shop.planId}:${groupId}`);
  await platform.quiet();
  expect(await database.plan.findUniqueOrThrow({ where: { id: shop.planId } })).toMatchObject({
    isCustom: true,
  });
});

test('no more than twelve plans are on sale in a chat', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  for (let count = await database.plan.count({ where: { channelId: groupId } }); count < 11; count += 1) {
    await added('days', String(100 + count), '1000', groupId);
  }
  // The bundle is on sale there as well.
  expect(await database.planChat.count({ where: { channelId: groupId } })).toBe(12);
  await owner.presses(mainBot, `chat:${groupId}:plan-new`);
  expect(await toast()).toContain('at most 12 plans on sale');
  await owner.presses(mainBot, `price:${groupId}:12`);
  await owner.sends(mainBot, '1000');
  expect((await lastScreen()).text).toContain('at most 12 plans on sale');
  expect(await database.plan.count({ where: { channelId: groupId } })).toBe(11);
});

test('a chat that is gone can be taken out of a plan', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  const gone = await database.channel.create({
    data: {
      botId: (await database.channel.findUniqueOrThrow({ where: { id: channelId } })).botId,
      telegramChatId: -100_900n,
      type: 'group',
      title: 'Old talks',
      connectedAt: platform.clock.now(),
      disconnectedAt: platform.clock.now(),
    },
  });
  const { id } = await added('months', '4', '90 000');
  await database.planChat.create({ data: { planId: id, channelId: gone.id } });
  await owner.presses(mainBot, `plan-chats:${id}`);
  const { text, data } = await lastScreen();
  expect(text).toContain('Not sold while Old talks isn’t connected');
  expect(data).toContain(`plan-chat:${id}:${gone.id}`);
  await owner.presses(mainBot, `plan-chat:${id}:${gone.id}`);
  expect((await lastScreen()).data).not.toContain(`plan-chat:${id}:${gone.id}`);
  expect(await database.planChat.count({ where: { planId: id } })).toBe(1);
  await owner.presses(mainBot, `plan-remove:${id}:yes`);
});

test('another owner’s plans and chats are nobody’s', async () => {
  const { mainBot, database } = platform;
  const other = await openShop(platform);
  const otherChannel = await idOf(other.chat);
  await platform.quiet();
  const before = await database.plan.findMany({ include: { chats: true }, orderBy: { id: 'asc' } });
  const { planId } = shop;
  for (const data of [
    `plan-page:${planId}`,
    `plan-price:${planId}`,
    `plan-name:${planId}`,
    `plan-remove:${planId}:yes`,
    `plan-chats:${planId}`,
    `plan-chat:${planId}:${groupId}`,
    `plan-chat:${planId}:${otherChannel}`,
    `plan-chat:${other.planId}:${groupId}`,
    `plan-off:${planId}`,
    `chat:${channelId}:plan-new`,
    `plan-new:${channelId}:days`,
  ]) {
    await other.owner.presses(mainBot, data);
    await platform.quiet();
    expect(other.owner.answers(mainBot).at(-1)?.text, data).toContain('no longer available');
    await other.owner.sends(mainBot, '5');
    await other.owner.sends(mainBot, '5000');
  }
  await platform.quiet();
  expect(await database.plan.findMany({ include: { chats: true }, orderBy: { id: 'asc' } })).toEqual(before);
});
