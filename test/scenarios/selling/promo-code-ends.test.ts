import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { givePersonalCode } from '../../../src/modules/promo-codes/personal-codes.ts';
import { addDays, addMonths, dateOf } from '../../../src/shared/calendar.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, newPromoCode, openShop, payFor, type Shop } from '../../support/shop.ts';

const TIME_ZONE = 'Asia/Tashkent';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const newCode = (code: string, set: Record<string, string>) => newPromoCode(platform, shop, code, set);

async function types(buyer: SandboxPerson, code: string): Promise<void> {
  await buyer.presses(shop.shop, 'promo');
  await buyer.sends(shop.shop, code);
  await platform.quiet();
}

async function chooses(buyer: SandboxPerson, planId = shop.planId) {
  await buyer.presses(shop.shop, `plan:${planId}`);
  await platform.quiet();
  return paymentOf(buyer);
}

async function approves(paymentId: number): Promise<void> {
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await platform.quiet();
}

const last = (person: SandboxPerson, bot = shop.shop) =>
  (person.chatWith(bot).last?.text ?? '').replaceAll('\u00A0', ' ');
const endUserOf = (person: SandboxPerson) =>
  platform.database.endUser.findFirstOrThrow({
    where: { telegramUserId: person.id, bot: { telegramBotId: BigInt(shop.shop.id) } },
  });
const paymentOf = async (buyer: SandboxPerson) =>
  platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: buyer.id } },
    orderBy: { id: 'desc' },
    include: { promoUse: true },
  });
const statuses = async (promoCodeId: number) =>
  (await platform.database.promoUse.findMany({ where: { promoCodeId }, orderBy: { id: 'asc' } })).map(
    ({ status }) => status,
  );

/** A second chat of the shop, with a month of its own at the same price. @returns its plan's id, and the chat's */
async function addGroup() {
  const { database, mainBot } = platform;
  const group = shop.owner.createsGroup('Talks', { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  await platform.quiet();
  const { id } = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(group.id) } });
  await shop.owner.presses(mainBot, `price:${id}:1`);
  await shop.owner.sends(mainBot, '50 000');
  await platform.quiet();
  const plan = await database.plan.findFirstOrThrow({ where: { channelId: id } });
  return { chatId: id, planId: plan.id };
}

async function givesOwn(buyer: SandboxPerson, percent: number, until: Date) {
  const { database, clock } = platform;
  const { id: endUserId, botId } = await endUserOf(buyer);
  const given = { botId, endUserId, percent, until, origin: 'winback' } as const;
  return givePersonalCode({ db: database, now: clock.now() }, given);
}

test('whoever was rejected and chooses again has the code again, also where that was its last use', async () => {
  const id = await newCode('AGAIN', { percent: '20', uses: '1' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'AGAIN');
  await shop.owner.presses(shop.shop, `reject:${await payFor(platform, shop, buyer)}:amount`);
  await buyer.reads(shop.shop, /was rejected/);
  await buyer.starts(shop.shop);
  await platform.quiet();
  expect(last(buyer)).toContain('40,000 UZS');
  expect(Number((await chooses(buyer)).amount)).toBe(40_000);
  expect(await statuses(id)).toEqual(['released', 'reserved']);
});

test('a code that is lost leaves what was chosen before', async () => {
  const id = await newCode('SINGLE', { percent: '20', uses: '1' });
  const [slow, quick] = [await newBuyer(platform, shop), await newBuyer(platform, shop)];
  const before = await chooses(slow);
  await types(slow, 'SINGLE');
  await types(quick, 'SINGLE');
  await chooses(quick);
  expect(await chooses(slow)).toMatchObject({ id: before.id, status: 'created' });
  expect(last(slow)).toContain('just been used up');
  expect(Number((await chooses(slow)).amount)).toBe(50_000);
  expect(await statuses(id)).toEqual(['reserved']);
});

test('nobody’s own code is lost without a word: reserved by another choice, or over since midnight', async () => {
  const { clock } = platform;
  const { planId } = await addGroup();
  const buyer = await newBuyer(platform, shop);
  await givesOwn(buyer, 20, new Date(dateOf(clock.now(), TIME_ZONE)));
  expect(Number((await chooses(buyer)).amount)).toBe(40_000);
  expect(Number((await chooses(buyer, planId)).amount)).toBe(50_000);
  expect(last(buyer)).toContain('goes with another choice');
  const late = await newBuyer(platform, shop);
  await givesOwn(late, 20, new Date(dateOf(clock.now(), TIME_ZONE)));
  clock.passes({ days: 1 });
  expect(Number((await chooses(late)).amount)).toBe(50_000);
  expect(last(late)).toContain('no longer good');
});

test('an approval after a use was free again takes a place if one is left', async () => {
  const id = await newCode('LATE', { percent: '20', uses: '1' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'LATE');
  const paymentId = await payFor(platform, shop, buyer);
  await shop.owner.presses(shop.shop, `reject:${paymentId}:amount`);
  platform.clock.passes({ hours: 25 });
  await platform.app.services.checkout.dropStaleChoices();
  expect(await statuses(id)).toEqual(['released']);
  await approves(paymentId);
  expect(await statuses(id)).toEqual(['used']);
  expect(Number((await paymentOf(buyer)).amount)).toBe(40_000);
});

test('a ban frees what was reserved; let in again, their further receipt keeps its price and its code', async () => {
  const { mainBot } = platform;
  const id = await newCode('BANNED', { days: '10', uses: '1' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'BANNED');
  await payFor(platform, shop, buyer);
  const { id: endUserId } = await endUserOf(buyer);
  await shop.owner.presses(mainBot, `user:${endUserId}:ban`);
  await platform.quiet();
  expect(await statuses(id)).toEqual(['released']);
  await buyer.presses(shop.shop, 'promo');
  await buyer.sends(shop.shop, 'BANNED');
  await platform.quiet();
  expect(last(buyer)).not.toContain('Unban');
  await shop.owner.presses(mainBot, `user:${endUserId}:unban`);
  await buyer.sendsPhoto(shop.shop);
  await platform.quiet();
  const again = await paymentOf(buyer);
  expect(again).toMatchObject({ status: 'pending', promoUse: { status: 'released', days: 10 } });
  const from = platform.clock.now();
  await approves(again.id);
  expect(await statuses(id)).toEqual(['used']);
  const { expiresAt } = await platform.database.subscription.findFirstOrThrow({ where: { endUserId } });
  expect(expiresAt).toEqual(addDays(addMonths(from, 1, TIME_ZONE), 10, TIME_ZONE));
});

test('whoever is forgotten is told that their codes go, frees what they reserved and leaves the books as they are', async () => {
  const id = await newCode('FORGET', { percent: '20', uses: '1' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'FORGET');
  await chooses(buyer);
  const own = await givesOwn(buyer, 10, new Date('2099-01-01'));
  await buyer.presses(shop.shop, 'forget');
  await platform.quiet();
  expect(last(buyer)).toContain('personal promo codes will be lost');
  await buyer.presses(shop.shop, 'forget:yes');
  await platform.quiet();
  expect(await statuses(id)).toEqual(['released']);
  expect(await platform.database.promoCode.count({ where: { id: own.id } })).toBe(0);
});

test('whoever was only given time is new; whoever had some and has none has left', async () => {
  const { mainBot, clock } = platform;
  for (const [code, audience] of [
    ['FORNEW', 'new'],
    ['FOREND', 'ended'],
  ]) {
    const id = await newCode(code ?? '', { percent: '20' });
    await shop.owner.presses(mainBot, `promo:${id}:for:${audience}`);
  }
  const buyer = await newBuyer(platform, shop);
  const { id } = await endUserOf(buyer);
  await shop.owner.presses(mainBot, `user:${id}:grant:${shop.planId}`);
  await platform.quiet();
  await types(buyer, 'FORNEW');
  expect(last(buyer)).toContain('40,000 UZS');
  await types(buyer, 'FOREND');
  expect(last(buyer)).toContain('whose subscription has ended');
  clock.passes({ days: 40 });
  await platform.app.jobs.expire();
  await buyer.reads(shop.shop, /have ended|has ended/);
  await types(buyer, 'FOREND');
  await buyer.reads(shop.shop, /40.000/);
});

test('the first and the last day are days of the platform’s time zone, both included', async () => {
  const { clock } = platform;
  const typed = (days: number) =>
    dateOf(addDays(clock.now(), days, TIME_ZONE), TIME_ZONE)
      .toISOString()
      .slice(0, 10)
      .split('-')
      .reverse()
      .join('.');
  await newCode('TODAY', { percent: '20', from: typed(0), until: typed(0) });
  await newCode('TOMORROW', { percent: '20', from: typed(1) });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'TOMORROW');
  expect(last(buyer)).toContain('isn’t good yet');
  await types(buyer, 'TODAY');
  expect(last(buyer)).toContain('40,000 UZS');
  clock.passes({ days: 1 });
  await types(buyer, 'TODAY');
  expect(last(buyer)).toContain('no longer good');
  await types(buyer, 'TOMORROW');
  expect(last(buyer)).toContain('40,000 UZS');
});

test('days of a bundle come in each of its chats, and go with it', async () => {
  const { database, mainBot } = platform;
  const { chatId, planId } = await addGroup();
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  await database.planChat.create({ data: { planId, channelId } });
  await newCode('BOTH', { days: '5' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'BOTH');
  await chooses(buyer, planId);
  await buyer.sendsPhoto(shop.shop);
  await platform.quiet();
  const { id } = await paymentOf(buyer);
  await approves(id);
  const where = { endUser: { telegramUserId: buyer.id }, source: 'promo', takenBackAt: null };
  const entries = await database.timeEntry.findMany({ where });
  expect(new Set(entries.map((entry) => entry.channelId))).toEqual(new Set([channelId, chatId]));
  expect(buyer.chatWith(shop.shop).messages.filter(holdsLink)).toHaveLength(2);
  await shop.owner.presses(mainBot, `revert:${id}:yes`);
  await shop.owner.presses(shop.shop, `revert:${id}:yes`);
  await platform.quiet();
  expect(await database.timeEntry.count({ where })).toBe(0);
});

test('an amount of its own comes on top of the reduced price, on the card screen, its button and in the review', async () => {
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:flip:unique`);
  await newCode('UNIQUE', { percent: '20' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'UNIQUE');
  const { amount, amountSuffix, listPrice, discount } = await chooses(buyer);
  expect([Number(amount), Number(listPrice), Number(discount)]).toEqual([
    40_000 + (amountSuffix ?? 0),
    50_000,
    10_000,
  ]);
  expect(amountSuffix).not.toBeNull();
  const shown = `${Number(amount).toLocaleString('en')} UZS`;
  expect(last(buyer)).toContain(shown);
  expect(last(buyer)).toContain('instead of 50,000 UZS');
  const buttons = buyer.chatWith(shop.shop).last?.buttons.flat() ?? [];
  expect(buttons.map(({ copyText }) => copyText)).toContain(String(Number(amount)));
  await buyer.sendsPhoto(shop.shop);
  const review = await shop.owner.reads(shop.shop, /UNIQUE/);
  expect(review.text.replaceAll('\u00A0', ' ')).toMatch(new RegExp(`${shown}[\\s\\S]*instead of 50,000 UZS`));
});

test('an owner reads once that a code is used up, unless they are not to be told', async () => {
  const { mainBot } = platform;
  for (const [code, isMuted] of [
    ['DONEA', false],
    ['DONEB', true],
  ] as const) {
    await newCode(code, { percent: '20', uses: '1' });
    if (isMuted) await shop.owner.presses(mainBot, `bot:${shop.shop.id}:mute`);
    const buyer = await newBuyer(platform, shop);
    await types(buyer, code);
    const paymentId = await payFor(platform, shop, buyer);
    await approves(paymentId);
    await buyer.reads(shop.shop, holdsLink);
    if (!isMuted) await shop.owner.reads(mainBot, /has been used up/);
  }
  await platform.quiet();
  const texts = shop.owner.chatWith(mainBot).messages.map(({ text }) => text);
  expect(texts.filter((text) => /DONEB.*been used up/.test(text))).toEqual([]);
});
