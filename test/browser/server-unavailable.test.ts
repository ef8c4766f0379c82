import { afterAll, beforeAll, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { newBuyer, openShop, payFor, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

async function pays(firstName: string): Promise<number> {
  const buyer = await newBuyer(platform, shop, { firstName });
  await payFor(platform, shop, buyer);
  const { id } = await platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: BigInt(buyer.id) } },
  });
  return id;
}

const statusOf = async (id: number) =>
  (await platform.database.payment.findUniqueOrThrow({ where: { id } })).status;
const approvalsOf = (id: number) =>
  platform.database.auditEntry.count({ where: { action: 'payment.approved', target: `payment:${id}` } });
const desk = () => `/panel/bots/${shop.shop.id}/receipts`;

test('the server stops while the desk is open: a banner, nothing decided meanwhile, and then all is well by itself', async () => {
  const first = await pays('Bobur');
  const panel = await opensInBrowser(platform, shop.owner, { path: desk() });
  await panel.at('receipt-approve').waitFor();
  await platform.stop();
  await panel.at('state-away').waitFor();
  // What is shown stays, and a press says that nobody heard it.
  await panel.at('receipt-approve').click();
  await panel.at('toast').filter({ hasText: 'wasn’t sent' }).waitFor();
  await panel.at(`row-receipt-${first}`).waitFor();
  await platform.restart();
  await panel.at('state-away').waitFor({ state: 'detached' });
  expect(await statusOf(first)).toBe('pending');
  // By the stream, which is there again as well.
  const second = await pays('Gulnora');
  await panel.at(`row-receipt-${second}`).waitFor();
  await panel.at('receipt-approve').click();
  await expect.poll(() => statusOf(first)).toBe('approved');
  expect(await approvalsOf(first)).toBe(1);
});

test('a decision whose answer is lost is made once, and shown as soon as somebody answers', async () => {
  const id = await pays('Sardor');
  const panel = await opensInTelegram(platform, shop.owner, { path: `${desk()}/${id}` });
  await panel.page.route(
    '**/approve',
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
  await panel.at('receipt-approve').click();
  await panel.at('receipt-undo').waitFor();
  expect(await panel.at('receipt-approve').count()).toBe(0);
  expect(await approvalsOf(id)).toBe(1);
  await panel.at('state-away').waitFor({ state: 'detached' });
});

test.each([
  [
    'a server that is closing',
    { status: 503, json: { statusCode: 503, error: 'Service Unavailable', message: 'Server is closing' } },
  ],
  ['a proxy before a server that is gone', { status: 502, body: '<h1>Bad Gateway</h1>' }],
])('%s counts as nobody there', async (_name, answer) => {
  const panel = await opensInTelegram(platform, shop.owner, { path: desk() });
  await panel.at('screen-receipts').waitFor();
  await panel.settles();
  await panel.page.route('**/panel/api/**', (route) => route.fulfill(answer));
  await panel.at('nav-users').click();
  await panel.at('state-away').waitFor();
  expect(await panel.at('state-error').count()).toBe(0);
  await panel.page.unroute('**/panel/api/**');
  await panel.at('state-away').waitFor({ state: 'detached' });
  await panel.settles();
});
