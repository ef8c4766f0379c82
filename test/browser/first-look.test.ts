import { afterAll, beforeAll, expect } from 'vitest';
import { opensPage, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { newBuyer, openShop, payFor } from '../support/shop.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
});
afterAll(async () => {
  await platform.closesClean();
});

test('a screen is fetched while it is found out who asks, so that nobody waits for one after the other', async () => {
  const { owner, shop } = await openShop(platform);
  const { page, at } = await opensPage(platform, { width: 390 });
  const screen = page.waitForRequest(/\/assets\/receipts-/);
  await page.route('**/panel/api/session', async (route) => {
    await screen;
    await route.continue();
  });
  const address = new URL(`/panel/bots/${shop.id}/receipts`, platform.app.origin);
  await page.goto(owner.opensPanel(platform.mainBot, address));
  await at('screen-receipts').waitFor();
  expect(await at('state-error').count()).toBe(0);
});

test('a telephone asks for as many as it shows, a desk for as many as fit on one', async () => {
  const { owner, shop } = await openShop(platform);
  const address = new URL(`/panel/bots/${shop.id}/receipts`, platform.app.origin);
  for (const [width, limit] of [
    [390, '20'],
    [1280, '50'],
  ] as const) {
    const { page } = await opensPage(platform, { width });
    const list = page.waitForRequest(/\/panel\/api\/bots\/\d+\/receipts\?/);
    await page.goto(owner.opensPanel(platform.mainBot, address));
    expect(new URL((await list).url()).searchParams.get('limit'), `at ${width} px`).toBe(limit);
  }
});

test('changes are listened for before anything is asked that may change, so that nothing is asked a second time', async () => {
  const { owner, shop } = await openShop(platform);
  const { page, at } = await opensPage(platform);
  const asked: string[] = [];
  page.on('request', (request) => {
    const [, path] = /\/panel\/api(\/[^?]*)/.exec(request.url()) ?? [];
    if (path !== undefined) asked.push(path);
  });
  const address = new URL(`/panel/bots/${shop.id}/payments`, platform.app.origin);
  await page.goto(owner.opensPanel(platform.mainBot, address));
  await at('screen-payments').waitFor();
  await expect.poll(() => asked).toContain(`/bots/${shop.id}/payments`);
  expect(asked.slice(0, 2)).toEqual(['/session', '/events']);
});

test('the picture that is looked at is fetched before the one that comes next', async () => {
  const shop = await openShop(platform);
  const ids: number[] = [];
  for (const firstName of ['Bobur', 'Jasur'])
    ids.push(await payFor(platform, shop, await newBuyer(platform, shop, { firstName })));
  const { page } = await opensPage(platform);
  const files: number[] = [];
  page.on('request', (request) => {
    const [, id] = /\/receipts\/(\d+)\/file/.exec(request.url()) ?? [];
    if (id !== undefined) files.push(Number(id));
  });
  const address = new URL(`/panel/bots/${shop.shop.id}/receipts`, platform.app.origin);
  await page.goto(shop.owner.opensPanel(platform.mainBot, address));
  await expect.poll(() => files).toHaveLength(2);
  expect(files).toEqual(ids);
});
