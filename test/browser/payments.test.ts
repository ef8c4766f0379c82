import { afterAll, beforeAll, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { type ClickApiServer, startClickApi } from '../support/providers/click-api-server.ts';
import { type ClickCaller, connectClick } from '../support/providers/click-caller.ts';
import { payTwice } from '../support/providers/refunds.ts';
import { buyAccess, newBuyer, openShop, payFor, type Shop } from '../support/shop.ts';
import { newestFile } from '../support/told.ts';

let api: ClickApiServer;
let platform: Platform;
let shop: Shop;
let click: ClickCaller;
let paymentId: number;
let refundId: number;

beforeAll(async () => {
  api = await startClickApi();
  platform = await startPlatform({ environment: { CLICK_API_ROOT: api.root }, opensLoopbackApps: true });
  shop = await openShop(platform);
  click = await connectClick(platform, shop, { serviceId: '12345', merchantUserId: '9876' });
  ({ paymentId } = await buyAccess(platform, shop, { firstName: 'Bobur' }));
  await payFor(platform, shop, await newBuyer(platform, shop, { firstName: 'Malika' }));
  ({ refundId } = await payTwice(
    platform,
    shop,
    click,
    await newBuyer(platform, shop, { firstName: 'Ravshan' }),
  ));
  await platform.quiet();
});
afterAll(async () => {
  await platform.closesClean();
  await api.close();
});

const below = (path: string) => `/panel/bots/${shop.shop.id}${path}`;

test('an owner goes through payments by filters, opens one, and returns money', async () => {
  const panel = await opensInBrowser(platform, shop.owner);
  await panel.goes(below('/payments'));
  await panel.at('screen-payments').waitFor();
  await panel.at('total').filter({ hasText: '150,000 UZS' }).waitFor();
  await panel.fits();
  await panel.isAccessible();
  await panel.at('filter-state').selectOption('pending');
  await panel.at('total').filter({ hasText: '1 payment' }).waitFor();
  await panel.page.reload();
  await panel.at('total').filter({ hasText: '1 payment' }).waitFor();
  expect(await panel.at(`row-payment-${paymentId}`).count()).toBe(0);

  await panel.goes(below(`/payments/${paymentId}`));
  await panel.page.getByText('Aziz').first().waitFor();
  await panel.fits();
  await panel.isAccessible();

  await panel.goes(below('/payments/refunds'));
  await panel.at(`row-refund-${refundId}`).waitFor();
  await panel.fits();
  await panel.isAccessible();
  await panel.at(`refund-done-${refundId}`).click();
  await panel.at('dialog-yes').click();
  await panel.at('state-empty').waitFor();
  await panel.isClean();
});

test('of Stars for no order here their owner sees how many, and closes them', async () => {
  const { database, clock } = platform;
  const { id: botId } = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.shop.id) },
  });
  const paid = { provider: 'stars', currency: 'XTR', amount: 150n, state: 'paid', createTime: 1n } as const;
  const attempt = await database.paymentAttempt.create({
    data: { botId, paymentId: null, providerTxnId: 'coffee', payerTelegramUserId: 7n, ...paid },
  });
  const { id } = await database.refund.create({
    data: { botId, reason: 'foreign', attemptId: attempt.id, status: 'open', createdAt: clock.now() },
  });
  const panel = await opensInBrowser(platform, shop.owner);
  await panel.goes(below('/payments/refunds'));
  await panel.at(`row-refund-${id}`).filter({ hasText: 'For no order here' }).waitFor();
  await panel.at(`row-refund-${id}`).filter({ hasText: '150' }).waitFor();
  await panel.at(`refund-send-${id}`).waitFor();
  await panel.fits();
  await panel.isAccessible();
  await panel.at(`refund-done-${id}`).click();
  await panel.at('dialog-yes').click();
  await panel.at('state-empty').waitFor();
  await panel.isClean();
});

test('within Telegram a file comes into the chat', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: below('/payments') });
  await panel.at('export').click();
  await panel.at('toast').waitFor();
  await platform.quiet();
  expect(newestFile(shop.owner, platform.mainBot).name).toBe(`${shop.shop.username}-payments.csv`);
  await panel.isClean();
});
