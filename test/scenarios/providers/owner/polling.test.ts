import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ webhooks: false });
});
afterAll(async () => {
  await platform.closesClean();
});

test('where bots are polled nobody could call: connecting is refused with a sentence, and costs nothing', async () => {
  const { telegram, mainBot, database, clock } = platform;
  const owner = telegram.newPerson({ firstName: 'Polled', languageCode: 'en' });
  const bot = telegram.newBot({ username: 'polled_club_bot', name: 'Polled club' });
  await owner.starts(mainBot);
  await owner.reads(mainBot, 'Tilni tanlang');
  await owner.presses(mainBot, 'lang:en');
  await owner.sends(mainBot, bot.token);
  await owner.reads(mainBot, 'https://t.me/polled_club_bot');
  const { id: ownerId } = await database.owner.findUniqueOrThrow({ where: { telegramUserId: owner.id } });
  await database.tariffPeriod.create({
    data: { ownerId, plan: '1month', startedAt: clock.now(), amountPaid: 0, status: 'active' },
  });
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:connect`);
  const told = await owner.reads(mainBot, 'has no public address');
  expect(told.buttons.flat().map(({ data }) => data)).toEqual([`bot:${bot.id}:pay:payme`]);
  expect(await database.merchantAccount.count()).toBe(0);
});
