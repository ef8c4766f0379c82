import { afterAll, beforeAll, expect } from 'vitest';
import { launchOf, opensAnew } from '../../support/browser/launch.ts';
import { opensInBrowser, type PanelPage, test } from '../../support/browser/page.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let mine: Shop;
let theirs: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  mine = await openShop(platform);
  theirs = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

/** Somebody who is signed in follows a link. */
async function follows(address: string): Promise<PanelPage> {
  const panel = await opensInBrowser(platform, mine.owner);
  await panel.at(`row-bot-${mine.shop.id}`).waitFor();
  await opensAnew(panel, address);
  return panel;
}

test('what Telegram signed for somebody else asks first in a browser where one is signed in', async () => {
  const panel = await follows(launchOf(platform, theirs.owner));
  await panel.at('dialog-no').waitFor();
  await panel.fits();
  await panel.isAccessible();
  // Asked again, not let in, by a page that is loaded again.
  await panel.page.reload();
  await panel.at('dialog-no').click();
  await panel.at(`row-bot-${mine.shop.id}`).waitFor();
  await panel.page.reload();
  await panel.at(`row-bot-${mine.shop.id}`).waitFor();
  expect(
    await platform.database.panelSession.count({ where: { telegramUserId: BigInt(theirs.owner.id) } }),
  ).toBe(0);
  await panel.isClean();
});

test('whoever says yes is the other from then on', async () => {
  const panel = await follows(launchOf(platform, theirs.owner));
  await panel.at('dialog-yes').click();
  await panel.at(`row-bot-${theirs.shop.id}`).waitFor();
  await panel.page.reload();
  await panel.at(`row-bot-${theirs.shop.id}`).waitFor();
  await panel.isClean();
});

test('what Telegram signed for the same person asks nothing', async () => {
  const panel = await follows(launchOf(platform, mine.owner));
  await panel.at(`row-bot-${mine.shop.id}`).waitFor();
  await panel.isClean();
});
