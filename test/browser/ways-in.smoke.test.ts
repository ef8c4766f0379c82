import { afterAll, beforeAll, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, opensPage, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { openShop, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

/** Nobody being signed in yet is told to the page by a status that browsers note as an error. */
const NOT_YET_IN = /status of 401/;

test('an owner comes into a browser by the link of the main bot, which is gone from the address', async () => {
  const panel = await opensInBrowser(platform, shop.owner);
  await panel.at('screen-home').waitFor();
  expect(panel.page.url()).toBe(`${platform.app.origin}/panel/`);
  await panel.page.reload();
  await panel.at('screen-home').waitFor();
  await panel.isClean();
  await panel.fits();
  await panel.isAccessible();
});

test('an owner comes into the Mini App by what Telegram signed, which is gone from the address', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: '/panel/me' });
  await panel.at('screen-me').waitFor();
  expect(panel.page.url()).toBe(`${platform.app.origin}/panel/me`);
  expect((await panel.posted()).map(({ type }) => type)).toEqual(
    expect.arrayContaining(['web_app_ready', 'web_app_expand', 'web_app_request_theme']),
  );
  await panel.isClean();
  await panel.fits();
  await panel.isAccessible();
});

test('an owner types the code of the main bot', async () => {
  const panel = await opensPage(platform);
  await panel.goes('/panel/');
  await panel.at('code-input').waitFor();
  await panel.fits();
  await panel.isAccessible();
  const { code } = await platform.app.services.panelEntries.offer({
    telegramUserId: BigInt(shop.owner.id),
  });
  await panel.at('code-input').fill(code.toLowerCase());
  await panel.at('code-submit').click();
  await panel.at('screen-home').waitFor();
  await panel.isClean({ besides: NOT_YET_IN });
});
