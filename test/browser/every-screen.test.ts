import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll } from 'vitest';
import { LANGUAGES } from '../../src/shared/languages.ts';
import { opensInBrowser, test } from '../support/browser/page.ts';
import { addressOf, SCREENS } from '../support/browser/screens.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { newBuyer, newMember, openShop, payFor, type Shop } from '../support/shop.ts';

const PICTURES = '.cache/screens';
const WIDTHS = { phone: 390, desktop: 1280 } as const;
const THEMES = ['light', 'dark'] as const;

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  platform = await startPlatform();
  shop = await openShop(platform);
  await newMember(platform, shop);
  await payFor(platform, shop, await newBuyer(platform, shop, { firstName: 'Dilnoza' }));
  await platform.moderator.starts(platform.mainBot);
  await platform.moderator.presses(platform.mainBot, 'lang:en');
});
afterAll(async () => {
  await platform.closesClean();
});

test.for(SCREENS)('$name is whole in every language, light and dark, narrow and wide', async (screen) => {
  const person = screen.place === 'moderator' ? platform.moderator : shop.owner;
  const path = addressOf(screen, String(shop.shop.id));
  for (const language of LANGUAGES) {
    await person.presses(platform.mainBot, `lang:${language}`);
    const panel = await opensInBrowser(platform, person, { path });
    await panel.at(`screen-${screen.name}`).waitFor();
    for (const [device, width] of Object.entries(WIDTHS)) {
      await panel.page.setViewportSize({ width, height: 800 });
      for (const theme of THEMES) {
        await panel.page.emulateMedia({ colorScheme: theme });
        await panel.settles();
        await panel.page.screenshot({
          path: `${PICTURES}/${screen.name}-${device}-${theme}-${language}.png`,
          fullPage: true,
        });
        await panel.isAccessible();
      }
    }
    await panel.isClean();
    await panel.fits();
    await panel.page.context().close();
  }
});
