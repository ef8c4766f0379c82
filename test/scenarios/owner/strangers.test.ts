import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { buyAccess, openShop } from '../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

test('who came through somebody else’s link is named to the owner, though they never used the bot', async () => {
  const { mainBot, telegram, database } = platform;
  const shop = await openShop(platform);
  const { link } = await buyAccess(platform, shop, { firstName: 'Bobur' });
  const stranger = telegram.newPerson({ firstName: 'Dilshod', lastName: 'Rahimov', username: 'dilshod_r' });
  await stranger.joins(link);
  const notice = await shop.owner.reads(mainBot, 'through the link of Bobur');
  expect(notice.text).toContain('Dilshod Rahimov (@dilshod_r) joined');
  await platform.quiet();
  // Asked of Telegram, kept nowhere.
  const kept = await database.outboxMessage.findMany({ where: { kind: { endsWith: 'notice' } } });
  expect(JSON.stringify(kept.map(({ payload }) => payload))).not.toContain('Dilshod');
});

test('while Telegram does not say who it is, the notice comes with the id', async () => {
  const { mainBot, telegram } = platform;
  const shop = await openShop(platform);
  const { link } = await buyAccess(platform, shop, { firstName: 'Kamola' });
  const stranger = telegram.newPerson({ firstName: 'Jasur' });
  const allWell = telegram.failAll('getChatMember', {
    kind: 'refused',
    description: 'Bad Request: user not found',
  });
  await stranger.joins(link);
  const notice = await shop.owner.reads(mainBot, 'through the link of Kamola');
  allWell();
  expect(notice.text).toContain(`ID ${stranger.id} joined`);
});
