import { afterAll, beforeAll, expect } from 'vitest';
import { opensInTelegram, opensPage, type PanelPage, test } from '../../support/browser/page.ts';
import { initDataOf } from '../../support/panel/ask-panel.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const colour = (panel: PanelPage, name: string) =>
  panel.page.evaluate<string>(
    `getComputedStyle(document.documentElement).getPropertyValue('${name}').trim()`,
  );

test('a page that is loaded again comes back to the same screen with the same filter', async () => {
  const path = `/panel/bots/${shop.shop.id}/users`;
  const panel = await opensInTelegram(platform, shop.owner, { path });
  await panel.at('filter-state').selectOption('ended');
  await panel.page.waitForURL('**/users?state=ended');
  const sessions = await platform.database.panelSession.count();
  await panel.page.reload();
  await panel.at('screen-users').waitFor();
  expect(await panel.at('filter-state').inputValue()).toBe('ended');
  expect(await platform.database.panelSession.count()).toBe(sessions);
  await panel.isClean();
});

test('what this launch brings counts, whatever an earlier one has left', async () => {
  const panel = await opensInTelegram(platform, shop.owner);
  const other = await openShop(platform);
  const initData = initDataOf(other.owner, { botToken: platform.mainBot.token, at: platform.clock.now() });
  const launched = new URLSearchParams({ tgWebAppData: initData, tgWebAppVersion: '8.0' });
  // A new address with another fragment alone loads nothing anew.
  await panel.page.goto('about:blank');
  await panel.goes(`/panel/#${launched.toString()}`);
  await panel.at(`row-bot-${other.shop.id}`).waitFor();
  expect(await panel.page.evaluate('location.hash')).toBe('');
});

test('what Telegram signed long ago opens nothing, and says how to begin anew', async () => {
  const at = new Date(platform.clock.now().getTime() - 25 * 3_600_000);
  const initData = initDataOf(shop.owner, { botToken: platform.mainBot.token, at });
  const panel = await opensPage(platform, { width: 390 });
  await panel.goes(
    `/panel/#${new URLSearchParams({ tgWebAppData: initData, tgWebAppVersion: '8.0' }).toString()}`,
  );
  await panel.at('screen-stale').waitFor();
  await panel.fits();
  await panel.isAccessible();
});

test.each([
  ['nothing', undefined],
  ['no JSON', '{'],
  ['values that are no colours', '{"bg_color":"red","text_color":7}'],
  ['black on black', '{"bg_color":"#000000","text_color":"#000000","secondary_bg_color":"#000000"}'],
  ['grey on grey', '{"bg_color":"#808080","text_color":"#000000","hint_color":"#777777"}'],
])('a theme of %s can be read all the same', async (_name, params) => {
  const initData = initDataOf(shop.owner, { botToken: platform.mainBot.token, at: platform.clock.now() });
  const launched = new URLSearchParams({ tgWebAppData: initData, tgWebAppVersion: '8.0' });
  if (params !== undefined) launched.set('tgWebAppThemeParams', params);
  const panel = await opensPage(platform, { width: 390 });
  await panel.goes(`/panel/#${launched.toString()}`);
  await panel.at('screen-home').waitFor();
  await panel.settles();
  await panel.isAccessible();
});

test('Telegram’s own colours are taken where they can be read', async () => {
  const panel = await opensInTelegram(platform, shop.owner);
  await panel.hears('theme_changed', {
    theme_params: { bg_color: '#112233', text_color: '#ffffff', secondary_bg_color: '#001122' },
  });
  await expect.poll(() => colour(panel, '--ground')).toBe('#112233');
  await panel.isAccessible();
});

test('the server stops while the page is open: a banner, and then all is well by itself', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: `/panel/bots/${shop.shop.id}/receipts` });
  await panel.at('state-empty').waitFor();
  await panel.page.context().setOffline(true);
  await panel.at('nav-users').click();
  await panel.at('state-away').waitFor();
  await panel.page.context().setOffline(false);
  await panel.at('state-away').waitFor({ state: 'detached' });
  await panel.at('screen-users').waitFor();
});

test('a page of somebody else’s cannot show any page of the panel within it', async () => {
  const panel = await opensPage(platform);
  await panel.goes('/livez');
  for (const path of [
    '/',
    '/enter',
    `/bots/${shop.shop.id}/receipts`,
    '/mod/owners',
    '/nowhere',
    '/api/me',
  ]) {
    await panel.page.setContent(`<iframe src="${platform.app.origin}/panel${path}"></iframe>`);
    await expect.poll(() => panel.page.frames()[1]?.url(), { message: path }).toMatch(/^chrome-error:/);
  }
});
