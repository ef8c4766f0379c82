import { afterAll, beforeAll, expect, test } from 'vitest';
import { givePersonalCode } from '../../../src/modules/promo-codes/personal-codes.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newMember, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

async function lastScreen() {
  await platform.quiet();
  const { last } = shop.owner.chatWith(platform.mainBot);
  const buttons = (last?.buttons ?? []).flat();
  return {
    text: (last?.text ?? '').replaceAll('\u00A0', ' '),
    data: buttons.map(({ data }) => data),
    copies: buttons.map(({ copyText }) => copyText).filter(Boolean),
  };
}

async function newCode(typed: string) {
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:promo-new`);
  await shop.owner.sends(platform.mainBot, typed);
  await platform.quiet();
  return platform.database.promoCode.findFirstOrThrow({ orderBy: { id: 'desc' } });
}

async function sets(id: number, field: string, typed: string) {
  await shop.owner.presses(platform.mainBot, `promo:${id}:set:${field}`);
  await shop.owner.sends(platform.mainBot, typed);
  await platform.quiet();
  return platform.database.promoCode.findUniqueOrThrow({ where: { id } });
}

test('a code begins off, goes on with what it gives, and stays as its owner switched it', async () => {
  const { owner, shop: bot, planId } = shop;
  const { mainBot, database } = platform;
  const { id } = await newCode(' spring25 ');
  expect(await database.promoCode.findUniqueOrThrow({ where: { id } })).toMatchObject({
    code: 'SPRING25',
    kind: null,
    perPerson: 1,
    maxUses: null,
    audience: 'all',
    isActive: false,
  });
  expect((await lastScreen()).text).toContain(`https://t.me/${bot.username}?start=p_SPRING25`);
  await owner.presses(mainBot, `promo:${id}:on`);
  expect((await database.promoCode.findUniqueOrThrow({ where: { id } })).isActive).toBe(false);
  expect(await sets(id, 'percent', '20')).toMatchObject({ kind: 'percent', isActive: true });
  expect((await lastScreen()).text).toContain('20% off');
  await owner.presses(mainBot, `promo:${id}:off`);
  expect(await sets(id, 'fixed', '10 000')).toMatchObject({ kind: 'fixed', isActive: false });
  await owner.presses(mainBot, `promo:${id}:on`);
  await sets(id, 'uses', '5');
  expect(await sets(id, 'uses', '-')).toMatchObject({ maxUses: null });
  await sets(id, 'each', '2');
  await sets(id, 'from', '01.12.2026');
  expect(await sets(id, 'until', '31.12.2026')).toMatchObject({
    perPerson: 2,
    startsOn: new Date('2026-12-01'),
    endsOn: new Date('2026-12-31'),
  });
  await owner.presses(mainBot, `promo:${id}:for:new`);
  await owner.presses(mainBot, `promo:${id}:plan:${planId}`);
  await platform.quiet();
  const row = await database.promoCode.findUniqueOrThrow({ where: { id }, include: { plans: true } });
  expect(row).toMatchObject({ audience: 'new', isActive: true, plans: [{ planId }] });
  await owner.presses(mainBot, `promo:${id}:remove`);
  expect((await lastScreen()).data).toEqual([`promo:${id}:remove:yes`, `promo:${id}`]);
  await owner.presses(mainBot, `promo:${id}:remove:yes`);
  await platform.quiet();
  expect((await database.promoCode.findUniqueOrThrow({ where: { id } })).removedAt).not.toBeNull();
  expect((await newCode('SPRING25')).id).not.toBe(id);
  const audit = await database.auditEntry.findMany({ where: { target: `promo:${id}` } });
  expect(new Set(audit.map(({ action }) => action))).toEqual(
    new Set(['promo.added', 'promo.changed', 'promo.on', 'promo.off', 'promo.removed']),
  );
});

test('what cannot be is refused in a sentence, and the question stays open', async () => {
  const { owner, shop: bot } = shop;
  const { mainBot } = platform;
  await newCode('TWICE');
  await owner.presses(mainBot, `bot:${bot.id}:promo-new`);
  for (const [typed, why] of [
    ['ABC', '4 to 24'],
    ['A_B_C', '4 to 24'],
    ['TWICE', 'already have'],
  ] as const) {
    await owner.sends(mainBot, typed);
    expect((await lastScreen()).text, typed).toContain(why);
  }
  await owner.sends(mainBot, '-');
  const { text, copies } = await lastScreen();
  expect(text).toMatch(/[A-Z0-9]{8}/);
  expect(copies).toHaveLength(1);
  const { id } = await platform.database.promoCode.findFirstOrThrow({ orderBy: { id: 'desc' } });
  for (const [field, typed, why] of [
    ['percent', '100', 'from 1 to 99'],
    ['days', '366', 'from 1 to 365'],
    ['until', '31.02.2027', '31.12.2026'],
    ['fixed', 'a lot', 'amount'],
  ] as const) {
    await sets(id, field, typed);
    expect((await lastScreen()).text, field).toContain(why);
  }
});

test('another owner’s codes, and somebody’s own, are nobody’s to see or change', async () => {
  const { database, mainBot, clock } = platform;
  const { id } = await newCode('MINE');
  const other = await openShop(platform);
  const before = await database.promoCode.findUniqueOrThrow({ where: { id } });
  for (const data of ['', ':set:percent', ':for:new', ':on', ':remove:yes', `:plan:${other.planId}`]) {
    await other.owner.presses(mainBot, `promo:${id}${data}`);
    await other.owner.sends(mainBot, '5');
  }
  await platform.quiet();
  expect(await database.promoCode.findUniqueOrThrow({ where: { id } })).toEqual(before);
  const { endUserId } = await newMember(platform, shop);
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });
  const given = await givePersonalCode(
    { db: database, now: clock.now() },
    { botId: bot.id, endUserId, percent: 10, until: new Date('2027-01-01'), origin: 'winback' },
  );
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:promos:0`);
  const { data } = await lastScreen();
  expect(data).toContain(`promo:${id}`);
  expect(data).not.toContain(`promo:${given.id}`);
});
