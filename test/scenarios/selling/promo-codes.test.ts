import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { givePersonalCode } from '../../../src/modules/promo-codes/personal-codes.ts';
import { addDays, addMonths } from '../../../src/shared/calendar.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import {
  buyAccess,
  holdsLink,
  newBuyer,
  newPromoCode,
  openShop,
  payFor,
  type Shop,
} from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

/** The race runs this often, and with more people in `npm run chaos`. */
const ROUNDS = Math.min(Number(process.env['ROUNDS'] ?? 3), 100);
const AT_ONCE = ROUNDS > 10 ? 20 : 6;
/** Of one race, in milliseconds: three people press, read and are answered each second on a busy machine. */
const LIMIT = 180_000 + ROUNDS * 20_000;

const newCode = (code: string, set: Record<string, string>, of = shop) =>
  newPromoCode(platform, of, code, set);

async function types(buyer: SandboxPerson, code: string): Promise<void> {
  await buyer.presses(shop.shop, 'promo');
  await buyer.sends(shop.shop, code);
  await platform.quiet();
}

const chooses = (buyer: SandboxPerson) => buyer.presses(shop.shop, `plan:${shop.planId}`);
const last = (person: SandboxPerson) =>
  (person.chatWith(shop.shop).last?.text ?? '').replaceAll('\u00A0', ' ');
const paymentOf = async (buyer: SandboxPerson) =>
  platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: buyer.id } },
    orderBy: { id: 'desc' },
    include: { promoUse: true },
  });
const usesOf = (promoCodeId: number) =>
  platform.database.promoUse.findMany({ where: { promoCodeId }, orderBy: { id: 'asc' } });

test('a fifth off stands in the window, on the card screen, on the button that copies, and in the review', async () => {
  await newCode('FIFTH', { percent: '20' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, ' fifth ');
  expect(last(buyer)).toContain('50,000 UZS 40,000 UZS');
  await chooses(buyer);
  await platform.quiet();
  expect(last(buyer)).toContain('40,000 UZS');
  expect(last(buyer)).toContain('instead of 50,000 UZS');
  const copies = buyer
    .chatWith(shop.shop)
    .last?.buttons.flat()
    .map(({ copyText }) => copyText);
  expect(copies).toContain('40000');
  await buyer.sendsPhoto(shop.shop);
  const review = await shop.owner.reads(shop.shop, /FIFTH/);
  expect(review.text.replaceAll('\u00A0', ' ')).toMatch(/40,000 UZS[\s\S]*instead of 50,000 UZS/);
  const payment = await paymentOf(buyer);
  expect([payment.amount, payment.listPrice, payment.discount].map(Number)).toEqual([40_000, 50_000, 10_000]);
});

test(
  'of many who come for the last use one gets it, the others read so; once it is free the next one gets it',
  async () => {
    const buyers = await Promise.all(Array.from({ length: AT_ONCE }, () => newBuyer(platform, shop)));
    for (let round = 0; round < ROUNDS; round += 1) {
      const code = `LAST${round}`;
      const id = await newCode(code, { percent: '10', uses: '1' });
      for (const buyer of buyers) await types(buyer, code);
      await Promise.all(buyers.map(chooses));
      await platform.quiet();
      expect((await usesOf(id)).filter(({ status }) => status === 'reserved')).toHaveLength(1);
      expect(buyers.filter((buyer) => /just been used up/.test(last(buyer)))).toHaveLength(AT_ONCE - 1);
      const winner = buyers.find((buyer) => !/just been used up/.test(last(buyer)));
      const { id: paymentId } = await paymentOf(winner as SandboxPerson);
      await winner?.presses(shop.shop, `cancel:${paymentId}`);
      const next = buyers.find((buyer) => buyer !== winner) as SandboxPerson;
      await types(next, code);
      await chooses(next);
      await platform.quiet();
      const payment = await paymentOf(next);
      expect([Number(payment.amount), payment.promoUse?.status]).toEqual([45_000, 'reserved']);
      await next.presses(shop.shop, `cancel:${payment.id}`);
      // A bot has no more than so many.
      await shop.owner.presses(platform.mainBot, `promo:${id}:remove:yes`);
    }
  },
  LIMIT,
);

test('what was chosen keeps its amount, whatever becomes of the plan and the code', async () => {
  const id = await newCode('KEEPS', { percent: '20' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'KEEPS');
  const paymentId = await payFor(platform, shop, buyer);
  await platform.database.plan.update({ where: { id: shop.planId }, data: { price: '90000' } });
  await shop.owner.presses(platform.mainBot, `promo:${id}:remove:yes`);
  await buyer.sendsPhoto(shop.shop);
  await platform.quiet();
  const again = await paymentOf(buyer);
  expect(again.id).not.toBe(paymentId);
  await shop.owner.presses(shop.shop, `approve:${again.id}`);
  await buyer.reads(shop.shop, holdsLink);
  const payment = await paymentOf(buyer);
  expect([Number(payment.amount), payment.promoUse?.status]).toEqual([40_000, 'used']);
});

test('whoever chose with a code that is off since looks at their order again at its price', async () => {
  const id = await newCode('GONE', { percent: '20' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'GONE');
  await chooses(buyer);
  const chosen = await paymentOf(buyer);
  await shop.owner.presses(platform.mainBot, `promo:${id}:off`);
  await platform.quiet();
  await chooses(buyer);
  await platform.quiet();
  expect(last(buyer)).toContain('40,000 UZS');
  await buyer.sendsPhoto(shop.shop);
  await platform.quiet();
  expect(await paymentOf(buyer)).toMatchObject({ id: chosen.id, status: 'pending' });
});

test('a use is free again a day after its receipt was rejected', async () => {
  const id = await newCode('ONCE', { percent: '20', uses: '1' });
  const [first, second] = [await newBuyer(platform, shop), await newBuyer(platform, shop)];
  await types(first, 'ONCE');
  await shop.owner.presses(shop.shop, `reject:${await payFor(platform, shop, first)}:amount`);
  platform.clock.passes({ hours: 23 });
  await types(second, 'ONCE');
  expect(last(second)).toContain('just been used up');
  platform.clock.passes({ hours: 1 });
  await types(second, 'ONCE');
  await chooses(second);
  await platform.quiet();
  expect((await usesOf(id)).map(({ status }) => status)).toEqual(['released', 'reserved']);
  await shop.owner.presses(shop.shop, `approve:${(await paymentOf(first)).id}`);
  await first.reads(shop.shop, holdsLink);
  expect((await usesOf(id)).map(({ status }) => status)).toEqual(['released', 'reserved']);
});

test('whoever a code is not for reads why, and nothing of it is used', async () => {
  const { database } = platform;
  const other = await openShop(platform);
  await newCode('OTHERS', { percent: '20' }, other);
  const forNew = await newCode('FORNEW', { percent: '20' });
  await shop.owner.presses(platform.mainBot, `promo:${forNew}:for:new`);
  await newCode('EXPIRED', { percent: '20', until: '01.01.2020' });
  const elsewhere = await newCode('ELSEWHERE', { percent: '20' });
  await database.promoCodePlan.create({ data: { promoCodeId: elsewhere, planId: other.planId } });
  const { member } = await buyAccess(platform, shop);
  for (const [code, why] of [
    ['OTHERS', 'no such promo code'],
    ['FORNEW', 'new buyers only'],
    ['EXPIRED', 'no longer good'],
  ] as const) {
    await types(member, code);
    expect(last(member), code).toContain(why);
  }
  await types(member, 'ELSEWHERE');
  await chooses(member);
  await platform.quiet();
  expect(last(member)).toContain('isn’t for this plan');
  expect(Number((await paymentOf(member)).amount)).toBe(50_000);
  expect(await database.promoUse.count({ where: { endUser: { telegramUserId: member.id } } })).toBe(0);
});

test('ten days come on top, told in one message; taken back, both go', async () => {
  const { clock, database } = platform;
  await newCode('TENDAYS', { days: '10' });
  const buyer = await newBuyer(platform, shop);
  await types(buyer, 'TENDAYS');
  const paymentId = await payFor(platform, shop, buyer);
  const from = clock.now();
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await buyer.reads(shop.shop, holdsLink);
  await platform.quiet();
  const links = buyer.chatWith(shop.shop).messages.filter(holdsLink);
  expect(links).toHaveLength(1);
  const where = { endUser: { telegramUserId: buyer.id } };
  const subscription = await database.subscription.findFirstOrThrow({
    where,
    include: { timeEntries: true },
  });
  expect(subscription.expiresAt).toEqual(addDays(addMonths(from, 1, 'Asia/Tashkent'), 10, 'Asia/Tashkent'));
  expect(subscription.timeEntries.map(({ source }) => source).sort()).toEqual(['payment', 'promo']);
  await shop.owner.presses(shop.shop, `revert:${paymentId}:yes`);
  await platform.quiet();
  const entries = await database.timeEntry.findMany({ where: { ...where, takenBackAt: null } });
  expect(entries).toEqual([]);
  expect((await paymentOf(buyer)).promoUse?.status).toBe('reversed');
});

test('a link’s code is kept before a language is chosen, and can be put away', async () => {
  await newCode('LINKED', { percent: '20' });
  const buyer = platform.telegram.newPerson({ firstName: 'Link', languageCode: 'en' });
  await buyer.starts(shop.shop, { payload: 'p_LINKED' });
  await buyer.presses(shop.shop, 'lang:en');
  await platform.quiet();
  expect(last(buyer)).toContain('40,000 UZS');
  await buyer.presses(shop.shop, 'promo:drop');
  await platform.quiet();
  expect(last(buyer)).not.toContain('40,000 UZS');
});

test('after five wrong codes none is heard for ten minutes', async () => {
  await newCode('RIGHT', { percent: '20' });
  const buyer = await newBuyer(platform, shop);
  for (let index = 0; index < 5; index += 1) {
    await types(buyer, `WRONG${index}`);
    platform.clock.passes({ minutes: 1 });
  }
  await types(buyer, 'RIGHT');
  expect(last(buyer)).toContain('ten minutes');
  platform.clock.passes({ minutes: 10 });
  await types(buyer, 'RIGHT');
  expect(last(buyer)).toContain('40,000 UZS');
});

test('a right code in between makes no wrong one good', async () => {
  await newCode('RIGHT', { percent: '20' });
  const buyer = await newBuyer(platform, shop);
  for (const typed of ['WRONG1', 'WRONG2', 'WRONG3', 'RIGHT', 'WRONG4', 'WRONG5', 'RIGHT']) {
    await types(buyer, typed);
  }
  expect(last(buyer)).toContain('ten minutes');
});

test('whoever has bought with a code, or typed it yesterday, chooses at the full price at once and reads why', async () => {
  await newCode('WELCOME', { percent: '20' });
  for (const hours of [2, 26]) {
    const buyer = await newBuyer(platform, shop);
    await types(buyer, 'WELCOME');
    await shop.owner.presses(shop.shop, `approve:${await payFor(platform, shop, buyer)}`);
    await platform.quiet();
    platform.clock.passes({ hours });
    await chooses(buyer);
    expect((await paymentOf(buyer)).amount.toNumber()).toBe(50_000);
    await buyer.reads(shop.shop, 'already used promo code WELCOME');
    await buyer.sendsPhoto(shop.shop);
    await platform.quiet();
    expect(await paymentOf(buyer)).toMatchObject({ status: 'pending', listPrice: null, promoUse: null });
  }
  const late = await newBuyer(platform, shop);
  await types(late, 'WELCOME');
  platform.clock.passes({ hours: 25 });
  await chooses(late);
  await late.reads(shop.shop, 'WELCOME is no longer good');
  expect(await paymentOf(late)).toMatchObject({ status: 'created', listPrice: null });
});

test('somebody’s own code is offered by itself, and is unknown to all others', async () => {
  const { database, clock } = platform;
  const [holder, stranger] = [await newBuyer(platform, shop), await newBuyer(platform, shop)];
  const { id: endUserId, botId } = await database.endUser.findFirstOrThrow({
    where: { telegramUserId: holder.id },
  });
  const given = { botId, endUserId, percent: 30, until: new Date('2099-01-01'), origin: 'winback' } as const;
  const { code } = await givePersonalCode({ db: database, now: clock.now() }, given);
  await chooses(holder);
  await platform.quiet();
  expect(last(holder)).toContain('35,000 UZS');
  await types(stranger, code);
  expect(last(stranger)).toContain('no such promo code');
});

test('a receipt is one, also from whoever was about to type a code', async () => {
  await newCode('LATER', { percent: '20' });
  const buyer = await newBuyer(platform, shop);
  await chooses(buyer);
  await buyer.presses(shop.shop, 'promo');
  await buyer.sendsPhoto(shop.shop);
  await platform.quiet();
  expect((await paymentOf(buyer)).status).toBe('pending');
});
