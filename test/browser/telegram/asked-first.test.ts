import { afterAll, beforeAll, expect } from 'vitest';
import { opensInTelegram, test } from '../../support/browser/page.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const below = (path: string) => `/panel/bots/${shop.shop.id}${path}`;
const botRow = () =>
  platform.database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(shop.shop.id) } });

test('within Telegram a card is changed after the panel’s own question, at once', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: below('/settings') });
  await panel.at('setting-card-number').fill('8600 4444 3333 2222');
  await panel.at('setting-card-save').click();
  await panel.at('dialog-yes').waitFor();
  await panel.fits();
  await panel.isAccessible();
  await panel.at('dialog-no').click();
  await panel.at('dialog-no').waitFor({ state: 'detached' });
  await panel.at('setting-card').filter({ hasText: '9012' }).waitFor();
  expect(await panel.at('setting-card-number').inputValue()).toBe('8600 4444 3333 2222');
  await panel.at('setting-card-save').click();
  await panel.at('dialog-yes').click();
  await panel.at('setting-card').filter({ hasText: '2222' }).waitFor();
  expect(await platform.database.panelConfirmation.count()).toBe(0);
  await panel.isClean();
});

test('within Telegram a bot is removed after the panel’s own question, also from its settings', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: below('/settings') });
  await panel.at('bot-remove').click();
  await panel.at('dialog-no').click();
  await panel.at('dialog-no').waitFor({ state: 'detached' });
  expect((await botRow()).removedAt).toBeNull();
  await panel.at('bot-remove').click();
  await panel.at('dialog-yes').click();
  await panel.at('screen-home').waitFor();
  expect((await botRow()).removedAt).not.toBeNull();
});

test('within Telegram a moderator sets the platform and bans after the panel’s own question, at once', async () => {
  const { moderator, database } = platform;
  const panel = await opensInTelegram(platform, moderator, { path: '/panel/mod/settings' });
  await panel.at('setting-price1-value').fill('99 000');
  await panel.at('setting-price1-save').click();
  await panel.at('dialog-no').click();
  await panel.at('dialog-no').waitFor({ state: 'detached' });
  await panel.at('setting-price1-save').click();
  await panel.at('dialog-yes').click();
  await panel.at('toast').filter({ hasText: 'Saved' }).waitFor();
  await panel.page.reload();
  await expect.poll(() => panel.at('setting-price1-value').inputValue()).toBe('99,000');

  const { id } = await database.owner.findUniqueOrThrow({
    where: { telegramUserId: BigInt(shop.owner.id) },
  });
  await panel.goes(`/panel/mod/owners/${id}`);
  await panel.at('ban').click();
  await panel.at('dialog-yes').click();
  await panel.at('unban').waitFor();
  expect(await database.panelConfirmation.count()).toBe(0);
});
