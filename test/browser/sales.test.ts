import { afterAll, beforeAll, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, type PanelPage, test } from '../support/browser/page.ts';
import { eventually } from '../support/eventually.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { buyAccess, newBuyer, openShop, payFor, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;
let channelId: number;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  shop = await openShop(platform);
  const { planId: id } = shop;
  ({ channelId } = await platform.database.plan.findUniqueOrThrow({ where: { id } }));
  await buyAccess(platform, shop, { firstName: 'Bobur' });
  await payFor(platform, shop, await newBuyer(platform, shop));
  await platform.quiet();
});
afterAll(async () => {
  await platform.closesClean();
});

const below = (path = '') => `/panel/bots/${shop.shop.id}${path}`;
const rowOf = ({ shop: { id } }: Shop) =>
  platform.database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(id) } });

async function isWhole(panel: PanelPage, options?: { besides: RegExp }): Promise<void> {
  await panel.fits();
  await panel.isAccessible();
  await panel.isClean(options);
}

async function counted(panel: PanelPage, names: readonly string[]): Promise<(string | null)[]> {
  return Promise.all(names.map((name) => panel.at(`figure-${name}`).getAttribute('data-value')));
}

test('all bots stand on the first page with how they do, and what waits leads to where it is seen to', async () => {
  platform.clock.passes({ hours: 2 });
  const panel = await opensInBrowser(platform, shop.owner);
  await panel.at(`row-bot-${shop.shop.id}`).waitFor();
  expect(await counted(panel, ['waiting', 'live', 'today', 'week', 'month'])).toEqual([
    '1',
    '1',
    '50000.00',
    '50000.00',
    '50000.00',
  ]);
  await isWhole(panel);
  await panel.page.getByText('1 receipt has waited for over an hour').click();
  await panel.at('screen-receipts').waitFor();
});

test('a bot is paused, muted and goes on from its page', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below(), theme: 'dark' });
  await panel.at('screen-bot').waitFor();
  await panel.at('pause').click();
  await panel.at('resume').waitFor();
  expect((await rowOf(shop)).pausedAt).not.toBeNull();
  await panel.at('alerts').uncheck();
  await eventually(async () => expect((await rowOf(shop)).mutedAt).not.toBeNull());
  await isWhole(panel);
  await panel.at('resume').click();
  await panel.at('pause').waitFor();
  expect(await counted(panel, ['live', 'waiting'])).toEqual(['1', '1']);
  await panel.at(`row-chat-${channelId}`).filter({ hasText: 'The bot has its rights' }).waitFor();
});

test('a price is typed in its place and set by Enter; what is no price is refused in words', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below('/plans') });
  const price = panel.at(`price-${channelId}-1`);
  await price.fill('abc');
  await price.press('Enter');
  await panel.at('toast').waitFor();
  await price.and(panel.page.locator('[aria-invalid=true]')).waitFor();
  await price.fill('75 000');
  await price.press('Enter');
  await panel.at('toast').filter({ hasText: 'The price is set' }).waitFor();
  await panel.at(`price-${channelId}-12`).fill('480 000');
  await panel.at(`price-${channelId}-12`).press('Enter');
  await eventually(async () => {
    const plans = await platform.database.plan.findMany({ where: { channelId }, orderBy: { id: 'asc' } });
    expect(plans.map((plan) => plan.price.toFixed(2))).toEqual(['75000.00', '480000.00']);
  });
  await panel.at(`plan-${shop.planId}-on`).uncheck();
  await eventually(async () =>
    expect(await platform.database.plan.findUnique({ where: { id: shop.planId } })).toMatchObject({
      isActive: false,
    }),
  );
  await panel.page.reload();
  await panel.at(`row-plan-${shop.planId}`).waitFor();
  expect(await price.inputValue()).toBe('75,000');
  // A browser notes what was refused, whatever the page makes of it.
  await isWhole(panel, { besides: /status of 422/ });
});

test('a bot is removed after a press: in the main bot from a browser, in the page within Telegram', async () => {
  const doomed = await openShop(platform);
  const page = `/panel/bots/${doomed.shop.id}`;
  const browser = await opensInBrowser(platform, doomed.owner, { path: page });
  await browser.at('remove').click();
  await browser.at('confirm-in-telegram').waitFor();
  expect((await rowOf(doomed)).removedAt).toBeNull();
  const telephone = await opensInTelegram(platform, doomed.owner, { path: page });
  await telephone.at('remove').click();
  await isWhole(telephone);
  await telephone.at('dialog-yes').click();
  await telephone.at('screen-home').waitFor();
  await telephone.at('state-empty').waitFor();
  expect((await rowOf(doomed)).removedAt).not.toBeNull();
});
