import { afterAll, beforeAll, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { buyAccess, moderatorReadsEnglish, openShop, type Shop } from '../support/shop.ts';

const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const SCREENS = [
  ['mod-dashboard', '/panel/mod'],
  ['mod-owners', '/panel/mod/owners'],
  ['mod-payments', '/panel/mod/payments'],
  ['mod-tariffs', '/panel/mod/tariffs'],
  ['mod-connections', '/panel/mod/connections'],
  ['mod-broadcasts', '/panel/mod/broadcasts'],
  ['mod-settings', '/panel/mod/settings'],
  ['mod-audit', '/panel/mod/audit'],
  ['mod-health', '/panel/mod/health'],
] as const;

let platform: Platform;
let shop: Shop;
let ownerId: number;
beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  await buyAccess(platform, shop);
  const row = { telegramUserId: BigInt(shop.owner.id) };
  ({ id: ownerId } = await platform.database.owner.findUniqueOrThrow({ where: row }));
});
afterAll(async () => {
  await platform.closesClean();
});

test('a moderator sees every screen, whole and for everybody', async () => {
  const panel = await opensInBrowser(platform, platform.moderator);
  for (const [name, path] of SCREENS) {
    await panel.goes(path);
    await panel.at(`screen-${name}`).waitFor();
    await panel.at('state-loading').waitFor({ state: 'detached' });
    expect(await panel.at('state-error').count(), name).toBe(0);
    await panel.fits();
    await panel.isAccessible();
  }
  await panel.goes(`/panel/mod/owners/${ownerId}`);
  await panel.at(`row-owner-${ownerId}`).waitFor();
  await panel.fits();
  await panel.isAccessible();
  await panel.isClean();
});

test('a moderator sets a price and bans an owner: both wait for a press in Telegram', async () => {
  const { moderator, mainBot, database } = platform;
  const panel = await opensInBrowser(platform, moderator, { path: '/panel/mod/settings' });
  await panel.at('setting-price1-value').fill('99 000');
  await panel.at('setting-price1-save').click();
  await panel.at('confirm-in-telegram').waitFor();
  const asked = await database.panelConfirmation.findFirstOrThrow({ orderBy: { id: 'desc' } });
  await moderator.presses(mainBot, `panel:yes:${asked.id}`);
  await panel.goes(`/panel/mod/owners/${ownerId}`);
  await panel.at('ban').click();
  await panel.at('confirm-in-telegram').waitFor();
  const ban = await database.panelConfirmation.findFirstOrThrow({ orderBy: { id: 'desc' } });
  await moderator.presses(mainBot, `panel:yes:${ban.id}`);
  await panel.goes('/panel/mod/owners?state=banned');
  await panel.at(`row-owner-${ownerId}`).waitFor();
});

test('a moderator decides a receipt for a tariff by keyboard', async () => {
  const { moderator, mainBot, app } = platform;
  const actor = { kind: 'moderator', telegramUserId: BigInt(moderator.id) } as const;
  await app.services.moderation.setOwnerBanned(actor, { ownerId, banned: false });
  await app.services.moderation.setSetting(actor, { name: 'price1', typed: '99 000' });
  await app.services.moderation.setSetting(actor, { name: 'card', typed: '8600 1234 5678 9012' });
  await shop.owner.presses(mainBot, 'tariff:1');
  await shop.owner.sendsPhoto(mainBot, { bytes: JPEG });
  const panel = await opensInTelegram(platform, moderator, { path: '/panel/mod/tariffs', width: 1280 });
  await panel.at('receipt-approve').waitFor();
  await panel.isAccessible();
  await panel.page.keyboard.press('KeyA');
  await panel.at('toast').filter({ hasText: 'approved' }).waitFor();
  const { status } = await platform.database.tariffPayment.findFirstOrThrow();
  expect(status).toBe('approved');
});
