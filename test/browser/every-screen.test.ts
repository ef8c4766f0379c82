import { afterAll, beforeAll } from 'vitest';
import { opensInBrowser, test } from '../support/browser/page.ts';
import { isWholeInEveryLanguage } from '../support/browser/pictures.ts';
import { addressOf, SCREENS } from '../support/browser/screens.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { newBuyer, newMember, openShop, payFor, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
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
  const panel = await opensInBrowser(platform, person, { path: addressOf(screen, String(shop.shop.id)) });
  await isWholeInEveryLanguage(panel, {
    name: screen.name,
    looks: 4,
    async speaks(language) {
      await person.presses(platform.mainBot, `lang:${language}`);
      await panel.page.reload();
      await panel.at(`screen-${screen.name}`).waitFor();
    },
  });
});
