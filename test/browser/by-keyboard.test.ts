import { afterAll, beforeAll, expect } from 'vitest';
import { BEGIN_AT_THE_TOP, WHAT_HAS_THE_FOCUS, WHAT_TAKES_THE_FOCUS } from '../support/browser/in-page.ts';
import { opensInBrowser, type PanelPage, test } from '../support/browser/page.ts';
import { addressOf, SCREENS } from '../support/browser/screens.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, newMember, openShop, payFor, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  await newMember(platform, shop);
  await payFor(platform, shop, await newBuyer(platform, shop, { firstName: 'Dilnoza' }));
});
afterAll(async () => {
  await platform.closesClean();
});

interface Focused {
  what: string;
  isSeen: boolean;
}

/** Everything that Tab comes to from the top of the page, until it leaves it. */
async function walks({ page }: PanelPage): Promise<Focused[]> {
  await page.evaluate(BEGIN_AT_THE_TOP);
  const walked: Focused[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate<Focused | null>(WHAT_HAS_THE_FOCUS);
    if (now === null) return walked;
    // Day, month and year of one date.
    if (now.what !== walked.at(-1)?.what) walked.push(now);
    if (walked.length > 500) throw new Error('Tab never leaves the page');
  }
}

test.for(SCREENS)('$name: Tab comes to everything in its order, and shows where it is', async (screen) => {
  const person = screen.place === 'moderator' ? platform.moderator : shop.owner;
  const panel = await opensInBrowser(platform, person, { path: addressOf(screen, String(shop.shop.id)) });
  for (const width of [1280, 320]) {
    await panel.page.setViewportSize({ width, height: 800 });
    await panel.at(`screen-${screen.name}`).waitFor();
    await panel.settles();
    const walked = await walks(panel);
    const all = await panel.page.evaluate<string[]>(WHAT_TAKES_THE_FOCUS);
    expect(walked.map(({ what }) => what)).toEqual(all);
    expect(walked.filter(({ isSeen }) => !isSeen)).toEqual([]);
  }
});
