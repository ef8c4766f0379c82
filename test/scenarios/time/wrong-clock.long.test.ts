import { afterEach, beforeEach, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, openShop, payFor } from '../../support/shop.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(async () => {
  await platform.closesClean();
});

test.each([
  ['runs 8 hours ahead', 8],
  ['is right', 0],
])(
  'the product’s clock %s, a first sending fails, the clock goes 8 hours back: it is tried within the usual pauses',
  async (_how, hours) => {
    const { clock, telegram } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop);
    const paymentId = await payFor(platform, shop, buyer);
    clock.passes({ hours });
    let tried = 0;
    telegram.failNext(
      ({ method }) => {
        if (method !== 'createChatInviteLink') return false;
        tried += 1;
        return true;
      },
      { kind: 'serverError' },
      2,
    );
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await telegram.until(() => tried > 0, { what: 'the first try' });
    clock.passes({ hours: -8 });
    await buyer.reads(shop.shop, holdsLink);
  },
);
