import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { ordersInStars, sellForStars } from '../../support/stars/selling.ts';

/** Telegram talks to a webhook over forty connections: one is left. */
const PEOPLE = 39;
const MESSAGES = 26;

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await sellForStars(platform, shop);
});
afterAll(() => platform.closesClean());

test('whoever pays waits for none of the thousand updates that wait at the same bot', async () => {
  const { telegram } = platform;
  const buyer = await newBuyer(platform, shop);
  buyer.buysStars(1_000);
  const { link } = await ordersInStars(platform, shop, buyer);
  let letGo = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const others = Array.from({ length: PEOPLE }, (_, index) =>
    telegram.newPerson({ firstName: `Fan ${index}`, languageCode: 'en' }),
  );
  const ids = new Set(others.map(({ id }) => id));
  let held = 0;
  const stopHolding = telegram.failAll(
    ({ method, params }) => {
      const isTheirs = method === 'sendMessage' && ids.has(Number(params['chat_id']));
      held += isTheirs ? 1 : 0;
      return isTheirs;
    },
    { kind: 'late', until },
  );
  for (let message = 0; message < MESSAGES; message += 1) {
    for (const person of others) await person.sends(shop.shop, '/start', { wait: false });
  }
  await telegram.until(() => held > 0, { what: 'the others to be answered' });
  expect(await buyer.pays(link, { wait: false })).toMatchObject({ ok: true });
  // Not one of them had its turn in between.
  expect(
    others.flatMap((person) =>
      person.chatWith(shop.shop).messages.filter(({ buttons }) => buttons.length > 0),
    ),
  ).toEqual([]);
  stopHolding();
  letGo();
  await buyer.reads(shop.shop, holdsLink);
  await platform.quiet();
});
