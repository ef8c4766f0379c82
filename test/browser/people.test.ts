import { afterAll, beforeAll, expect } from 'vitest';
import { opensInBrowser, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { buyAccess, newBuyer, openShop, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const below = (path: string) => `/panel/bots/${shop.shop.id}${path}`;

test('an owner finds somebody among all, and reads their story', async () => {
  const { endUserId, paymentId, subscriptionId } = await buyAccess(platform, shop, { firstName: 'Bobur' });
  await newBuyer(platform, shop, { firstName: 'Gulnora' });
  const panel = await opensInBrowser(platform, shop.owner, { path: below('/users') });
  await panel.at(`row-user-${endUserId}`).waitFor();
  expect(await panel.page.locator('[data-testid^=row-user-]').count()).toBeGreaterThan(1);
  await panel.at('filter-state').selectOption('live');
  await expect.poll(() => panel.page.locator('[data-testid^=row-user-]').count()).toBe(1);
  await panel.fits();
  await panel.isAccessible();
  await panel.page.locator(`[data-testid=row-user-${endUserId}] a`).click();
  await panel.at('screen-user').waitFor();
  await panel.at(`row-payment-${paymentId}`).waitFor();
  await panel.at(`row-subscription-${subscriptionId}`).waitFor();
  await panel.fits();
  await panel.isAccessible();
  await panel.isClean();
});

test('somebody is given a plan, and banned after a question', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Sardor' });
  const person = await platform.database.endUser.findFirstOrThrow({
    where: { telegramUserId: BigInt(buyer.id) },
  });
  const panel = await opensInBrowser(platform, shop.owner, { path: below(`/users/${person.id}`) });
  await panel.at('grant').click();
  await panel.at('dialog-yes').click();
  const holds = () => platform.database.subscription.count({ where: { endUserId: person.id } });
  await expect.poll(holds).toBe(1);
  await panel.page.locator('[data-testid^=row-subscription-]').waitFor();

  const isBanned = async () =>
    (await platform.database.endUser.findUniqueOrThrow({ where: { id: person.id } })).banned;
  await panel.at('ban').click();
  await panel.at('dialog-no').click();
  expect(await isBanned()).toBe(false);
  await panel.at('ban').click();
  await panel.at('dialog-yes').click();
  await expect.poll(isBanned).toBe(true);
  await panel.at('unban').click();
  await expect.poll(isBanned).toBe(false);
});
