import { afterAll, beforeAll, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, type PanelPage, test } from '../support/browser/page.ts';
import { eventually } from '../support/eventually.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { buyAccess, newBuyer, openShop, type Shop } from '../support/shop.ts';
import { told } from '../support/told.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  shop = await openShop(platform);
  await buyAccess(platform, shop, { firstName: 'Bobur' });
  await platform.quiet();
});
afterAll(async () => {
  await platform.closesClean();
});

const below = (path: string) => `/panel/bots/${shop.shop.id}${path}`;

async function isWhole(panel: PanelPage): Promise<void> {
  await panel.fits();
  await panel.isAccessible();
  await panel.isClean();
}

test('a text is seen as buyers will see it while it is typed, in their language, and kept by a press', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below('/texts') });
  await panel.at('preview-welcome').filter({ hasText: '👋 Welcome.' }).waitFor();
  await panel.at('text-welcome').fill('Salom <b>& xush kelibsiz</b>');
  await panel.at('preview-welcome').filter({ hasText: 'Salom <b>& xush kelibsiz</b>' }).waitFor();
  await panel.at('lang-ru').click();
  await panel.at('preview-welcome').filter({ hasText: 'месяц' }).waitFor();
  await panel.at('theme-dark').click();
  await isWhole(panel);
  await panel.page.reload();
  await panel.at('preview-welcome').filter({ hasText: 'xush kelibsiz' }).waitFor();
  await panel.at('text-welcome-save').click();
  await panel.at('toast').waitFor();
  expect(told(await newBuyer(platform, shop), shop.shop)).toContain('Salom <b>& xush kelibsiz</b>');
});

test('settings are set by themselves, and a card waits for a word in Telegram', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below('/settings') });
  await panel.at('setting-card').filter({ hasText: '8600 •••• •••• 9012' }).waitFor();
  await panel.at('setting-grace').fill('3');
  await panel.at('setting-grace-save').click();
  await panel.at('toast').filter({ hasText: 'Saved' }).waitFor();
  await panel.at('setting-unique').check();
  await eventually(async () =>
    expect(await platform.database.botSettings.findMany()).toMatchObject([{ uniqueAmount: true }]),
  );
  await panel.page.reload();
  await panel.at('setting-unique').and(panel.page.locator(':checked')).waitFor();
  expect(await panel.at('setting-grace').inputValue()).toBe('3');
  await isWhole(panel);
  await panel.at('setting-card-number').fill('8600 4444 3333 2222');
  await panel.at('setting-card-save').click();
  await panel.at('confirm-in-telegram').waitFor();
  await isWhole(panel);
});

test('a promo code is made and set up', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below('/promo') });
  await panel.at('state-empty').waitFor();
  await panel.at('promo-new').fill('summer20');
  await panel.at('promo-new-yes').click();
  await panel.at('promo-percent').fill('20');
  await panel.at('promo-percent-save').click();
  await panel.at('promo-on').and(panel.page.locator(':checked')).waitFor();
  await panel.at('promo-until').fill('2026-12-31');
  await panel.at('promo-until-save').click();
  await panel.at('promo-until-save').waitFor({ state: 'detached' });
  await panel.at(`promo-plan-${shop.planId}`).check();
  await eventually(async () => expect(await platform.database.promoCodePlan.count()).toBe(1));
  await panel.page.reload();
  await panel.at(`promo-plan-${shop.planId}`).and(panel.page.locator(':checked')).waitFor();
  expect(await panel.at('promo-until').inputValue()).toBe('2026-12-31');
  await isWhole(panel);
  await panel.goes(below('/promo'));
  await panel.page.getByText('SUMMER20').waitFor();
  await isWhole(panel);
});

test('a source is made, priced and archived', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below('/sources') });
  await panel.at('source-new').fill('Kun.uz');
  await panel.at('source-new-yes').click();
  await panel.at('source-cost').fill('300 000');
  await panel.at('source-cost-save').click();
  await panel.at('figure-people').waitFor();
  await panel.at('source-cost-save').waitFor({ state: 'detached' });
  await isWhole(panel);
  await panel.at('source-archive').click();
  await panel.at('dialog-yes').click();
  await panel.at('source-archive').waitFor({ state: 'detached' });
  await panel.isClean();
});

test('inviting is switched on, the bot is looked at, and the trail says what was done', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: below('/referral') });
  await panel.at('referral-days').click();
  await panel.at('referral-days').and(panel.page.locator('[aria-pressed=true]')).waitFor();
  await isWhole(panel);
  await panel.goes(below('/health'));
  await panel.at('health-token').filter({ hasText: 'works' }).waitFor();
  await isWhole(panel);
  await panel.goes(below('/audit'));
  await panel.page.getByText('Bot setting changed').first().waitFor();
  await panel.at('filter-action').selectOption('plan');
  await panel.page.getByText('Bot setting changed').first().waitFor({ state: 'detached' });
  await isWhole(panel);
});
