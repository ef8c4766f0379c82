import { afterAll, beforeAll, expect } from 'vitest';
import { hasBack, launchOf, opensAnew, opensBy } from '../../support/browser/launch.ts';
import { opensInTelegram, test } from '../../support/browser/page.ts';
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

const sessionsOf = (person: { id: number }) =>
  platform.database.panelSession.count({ where: { telegramUserId: BigInt(person.id) } });

test('opened anew at its first address, the page comes back to the screen and the filter that one was at', async () => {
  const { owner } = shop;
  const launch = launchOf(platform, owner);
  const panel = await opensBy(platform, launch);
  await panel.at('nav-users').click();
  await panel.at('filter-state').selectOption('ended');
  await panel.page.waitForURL('**/users?state=ended');
  const sessions = await sessionsOf(owner);
  await opensAnew(panel, launch);
  await panel.at('screen-users').waitFor();
  expect(await panel.at('filter-state').inputValue()).toBe('ended');
  expect(await sessionsOf(owner)).toBe(sessions);
  // There is nothing behind it: Telegram's own button closes the page.
  expect(await hasBack(panel)).toBe(false);

  await opensAnew(panel, launchOf(platform, owner, { path: below('/receipts') }));
  await panel.at('screen-receipts').waitFor();
  await opensAnew(panel, launchOf(platform, owner, { minutesAgo: 1 }));
  await panel.at('screen-home').waitFor();
  expect(new URL(panel.page.url()).pathname).toBe('/panel/');
  await panel.isClean();
});

test('a session that was ended stays ended, also for a page that is loaded again', async () => {
  const { owner } = await openShop(platform);
  const launch = launchOf(platform, owner);
  const panel = await opensBy(platform, launch);
  await panel.at('screen-home').waitFor();
  const mine = { telegramUserId: BigInt(owner.id) };
  await platform.database.panelSession.updateMany({
    where: mine,
    data: { endedAt: platform.clock.now() },
  });
  // Put aside and looked at again it asks what is new.
  await panel.hears('visibility_changed', { is_visible: false });
  await panel.hears('visibility_changed', { is_visible: true });
  await panel.at('screen-stale').waitFor();
  await panel.fits();
  await panel.isAccessible();
  await panel.page.reload();
  await panel.at('screen-stale').waitFor();
  await opensAnew(panel, launch);
  await panel.at('screen-stale').waitFor();
  expect(await sessionsOf(owner)).toBe(1);
  await panel.at('close-app').click();
  expect((await panel.posted()).at(-1)).toEqual({ type: 'web_app_close', data: {} });
  // Opened from Telegram again it opens.
  await opensAnew(panel, launchOf(platform, owner, { minutesAgo: 1 }));
  await panel.at('screen-home').waitFor();
});

test('whoever ends the very session they are in reads how to come back', async () => {
  const { owner } = await openShop(platform);
  const panel = await opensInTelegram(platform, owner, { path: '/panel/me' });
  await panel.page.locator('[data-testid^=session-][data-testid$=-end]').click();
  await panel.at('screen-stale').filter({ hasText: 'open it again' }).waitFor();
  expect(await sessionsOf(owner)).toBe(1);
});
