import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop } from '../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

const settingsOf = (telegramBotId: number) =>
  platform.database.botSettings.findFirst({ where: { bot: { telegramBotId: BigInt(telegramBotId) } } });

async function changes(telegramBotId: number): Promise<number> {
  const { id: botId } = await platform.database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(telegramBotId) },
  });
  return platform.database.auditEntry.count({ where: { botId, action: 'bot.setting-set' } });
}

test('an owner sets days and percentages of a bot by writing the number, and is told the range otherwise', async () => {
  const { mainBot } = platform;
  const { owner, shop } = await openShop(platform);
  await owner.presses(mainBot, `bot:${shop.id}`);
  await owner.taps(mainBot, '📈 Grow');
  await owner.taps(mainBot, '🕊 Grace: off');
  await owner.sends(mainBot, '15');
  await owner.reads(mainBot, 'from 0 to 14');
  await owner.sends(mainBot, 'three');
  await platform.quiet();
  expect(owner.chatWith(mainBot).last?.text).toContain('from 0 to 14');
  expect(await settingsOf(shop.id)).toBeNull();

  await owner.sends(mainBot, '٣');
  await platform.quiet();
  expect(
    owner
      .chatWith(mainBot)
      .last?.buttons.flat()
      .map(({ text }) => text),
  ).toContain('🕊 Grace: 3 days');
  await owner.presses(mainBot, `bot:${shop.id}:set:winback`);
  await owner.sends(mainBot, '60');
  await owner.presses(mainBot, `bot:${shop.id}:set:winpercent`);
  await owner.sends(mainBot, '51');
  await owner.reads(mainBot, 'from 0 to 50');
  await owner.sends(mainBot, '50');
  await platform.quiet();
  expect(await settingsOf(shop.id)).toMatchObject({ graceDays: 3, winbackDays: 60, winbackPercent: 50 });
  expect(await changes(shop.id)).toBe(3);
});

test('a switch is flipped by a press, as often as it is pressed', async () => {
  const { mainBot } = platform;
  const { owner, shop } = await openShop(platform);
  await owner.presses(mainBot, `bot:${shop.id}:more`);
  await owner.taps(mainBot, '🔢 Unique amounts: off');
  await platform.quiet();
  expect(await settingsOf(shop.id)).toMatchObject({ uniqueAmount: true, graceDays: 0 });
  expect(owner.chatWith(mainBot).last?.text).toContain('tells you who paid');
  await owner.taps(mainBot, '🔢 Unique amounts: on');
  await platform.quiet();
  expect(await settingsOf(shop.id)).toMatchObject({ uniqueAmount: false });
  expect(await changes(shop.id)).toBe(2);
});

test('nobody sets anything of a bot that is somebody else’s', async () => {
  const { mainBot } = platform;
  const { shop } = await openShop(platform);
  const { owner: other } = await openShop(platform);
  for (const part of ['grow', 'set:grace', 'flip:unique']) {
    await other.presses(mainBot, `bot:${shop.id}:${part}`);
    await other.sends(mainBot, '3');
  }
  await platform.quiet();
  expect(await settingsOf(shop.id)).toBeNull();
});

test('an owner finds settings, plans and promo codes in their data, but no code of one person', async () => {
  const { mainBot, database, clock } = platform;
  const { owner, shop, planId } = await openShop(platform, { title: 'Yoga' });
  const buyer = await newBuyer(platform, { shop });
  const { id: endUserId, botId } = await database.endUser.findFirstOrThrow({
    where: { telegramUserId: buyer.id },
  });
  await database.botSettings.create({ data: { botId, graceDays: 3 } });
  const code = { botId, kind: 'percent', value: 20, createdAt: clock.now() };
  const { id: promoCodeId } = await database.promoCode.create({ data: { ...code, code: 'SPRING25' } });
  await database.promoCodePlan.create({ data: { promoCodeId, planId } });
  await database.promoCode.create({ data: { ...code, code: 'HERS', endUserId } });
  await owner.presses(mainBot, 'mydata');
  await platform.quiet();
  const file = owner.chatWith(mainBot).messages.findLast(({ document }) => document)?.document;
  const text = new TextDecoder().decode(file?.bytes);
  const plan = { durationMonths: 1, price: '50000', chats: [{ channel: { title: 'Yoga' } }] };
  expect(JSON.parse(text)).toMatchObject({
    bots: [
      {
        settings: { graceDays: 3, winbackDays: 0 },
        channels: [{ title: 'Yoga', plans: [plan] }],
        promoCodes: [{ code: 'SPRING25', kind: 'percent', value: '20', plans: [{ plan }] }],
      },
    ],
  });
  expect(text).not.toContain('HERS');
});
