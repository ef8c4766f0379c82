import { afterAll, beforeAll } from 'vitest';
import { LANGUAGES } from '../../src/shared/languages.ts';
import { opensInBrowser, test } from '../support/browser/page.ts';
import { isWholeInPictures } from '../support/browser/pictures.ts';
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
  const path = addressOf(screen, String(shop.shop.id));
  for (const language of LANGUAGES) {
    await person.presses(platform.mainBot, `lang:${language}`);
    const panel = await opensInBrowser(platform, person, { path });
    await panel.at(`screen-${screen.name}`).waitFor();
    await isWholeInPictures(panel, { name: screen.name, language, looks: 4 });
    await panel.page.context().close();
  }
});
