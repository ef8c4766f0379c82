import { afterAll, beforeAll, expect } from 'vitest';
import { hasBack, launchOf, opensBy } from '../../support/browser/launch.ts';
import { opensInTelegram, type PanelPage, test } from '../../support/browser/page.ts';
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

const below = (path: string) => `/panel/bots/${shop.shop.id}${path}`;

test('Telegram’s back button leads one step back from each depth, whatever was filtered, and is gone at the first', async () => {
  const panel = await opensInTelegram(platform, shop.owner);
  await panel.at('screen-home').waitFor();
  await expect.poll(() => hasBack(panel)).toBe(false);
  await panel.at('nav-users').click();
  await panel.at('filter-state').selectOption('ended');
  await panel.page.waitForURL('**/users?state=ended');
  await panel.at('filter-state').selectOption('live');
  await panel.page.waitForURL('**/users?state=live');
  // Where one is already: no step.
  await panel.at('nav-users').click();
  await panel.page.waitForURL('**/users');
  await panel.at('nav-users').click();
  await panel.at('nav-payments').click();
  await panel.at('screen-payments').waitFor();
  await panel.page.reload();
  await panel.at('screen-payments').waitFor();
  await expect.poll(() => hasBack(panel)).toBe(true);
  await panel.hears('back_button_pressed');
  await panel.at('screen-users').waitFor();
  expect(new URL(panel.page.url()).search).toBe('');
  await panel.hears('back_button_pressed');
  await panel.page.waitForURL('**/users?state=live');
  expect(await hasBack(panel)).toBe(true);
  await panel.hears('back_button_pressed');
  await panel.at('screen-home').waitFor();
  await expect.poll(() => hasBack(panel)).toBe(false);
  await panel.isClean();
});

test('nothing lies below what Telegram draws over the page', async () => {
  const panel = await opensInTelegram(platform, shop.owner);
  const inset = (side: string) =>
    panel.page.evaluate<string>(
      `getComputedStyle(document.documentElement).getPropertyValue('--telegram-${side}').trim()`,
    );
  await panel.hears('safe_area_changed', { top: 30, bottom: 34, left: 0, right: 0 });
  await expect.poll(() => inset('top')).toBe('30px');
  await panel.hears('content_safe_area_changed', { top: 46, bottom: 0, left: 0, right: 0 });
  await expect.poll(() => inset('top')).toBe('76px');
  expect(await inset('bottom')).toBe('34px');
  await panel.hears('content_safe_area_changed', { top: 'much', bottom: -5 });
  await expect.poll(() => inset('top')).toBe('30px');
  expect(await inset('bottom')).toBe('34px');
  const padding = await panel.page.evaluate<string>(
    `getComputedStyle(document.querySelector('.shell')).paddingTop`,
  );
  expect(padding).toBe('30px');
});

test.each([
  ['6.0', []],
  ['6.1', ['web_app_setup_back_button', 'web_app_set_header_color']],
  ['7.7', ['web_app_setup_back_button', 'web_app_set_header_color']],
  [
    '8.0',
    [
      'web_app_setup_back_button',
      'web_app_set_header_color',
      'web_app_request_safe_area',
      'web_app_request_content_safe_area',
    ],
  ],
])('a client of version %s is asked for nothing that it does not know', async (version, newer) => {
  const ALWAYS = ['web_app_ready', 'web_app_expand', 'web_app_request_theme'];
  const theme = { bg_color: '#ffffff', secondary_bg_color: '#eeeeee', text_color: '#000000' };
  const panel = await opensBy(
    platform,
    `${launchOf(platform, shop.owner, { version })}&tgWebAppThemeParams=${encodeURIComponent(JSON.stringify(theme))}`,
  );
  await panel.at('screen-home').waitFor();
  const posted = new Set((await panel.posted()).map(({ type }) => type));
  expect([...posted].toSorted()).toEqual([...ALWAYS, ...newer].toSorted());
});

test('the head of the app has the ground of the page, by name or by colour', async () => {
  const heads = async (panel: PanelPage) =>
    (await panel.posted()).filter(({ type }) => type === 'web_app_set_header_color').at(-1)?.data;
  const old = await opensBy(platform, launchOf(platform, shop.owner, { version: '6.8', path: '/panel/me' }));
  await old.at('theme-dark').click();
  await expect.poll(() => heads(old)).toEqual({ color_key: 'secondary_bg_color' });
  const young = await opensBy(
    platform,
    launchOf(platform, shop.owner, { version: '6.9', path: '/panel/me' }),
  );
  await young.at('theme-dark').click();
  await expect.poll(() => heads(young)).toEqual({ color: '#10171e' });
});

test('a page that Telegram has put away hears nothing, and hears again when it is looked at', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: below('/receipts') });
  await panel.at('screen-receipts').waitFor();
  const isStream = (request: { url(): string }) => request.url().endsWith('/panel/api/events');
  const closes = panel.page.waitForEvent('requestfailed', isStream);
  await panel.hears('visibility_changed', { is_visible: false });
  await closes;
  const opens = panel.page.waitForRequest(isStream);
  await panel.hears('visibility_changed', { is_visible: true });
  await opens;
});
