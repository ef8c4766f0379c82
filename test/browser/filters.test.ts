import { afterAll, beforeAll, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, type PanelPage, test } from '../support/browser/page.ts';
import { comesBy, newSource } from '../support/growth/sources.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { buyAccess, newPromoCode, openShop, payFor, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;
let sourceId: number;
let promoId: number;
let paymentId: number;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  shop = await openShop(platform);
  await buyAccess(platform, shop, { firstName: 'Bobur' });
  promoId = await newPromoCode(platform, shop, 'TWENTY', { percent: '20' });
  const source = await newSource(platform, shop, 'Kun.uz');
  sourceId = source.id;
  await shop.owner.presses(platform.mainBot, `source:${sourceId}:promo:${promoId}`);
  const person = platform.telegram.newPerson({ firstName: 'Gulnora', languageCode: 'en' });
  const came = await comesBy(platform, shop, person, `c_${source.slug}`);
  await person.presses(shop.shop, 'lang:en');
  await payFor(platform, shop, person);
  ({ id: paymentId } = await platform.database.payment.findFirstOrThrow({ where: { endUserId: came.id } }));
});
afterAll(async () => {
  await platform.closesClean();
});

const below = (path: string) => `/panel/bots/${shop.shop.id}${path}`;
const rows = (panel: PanelPage) => panel.page.locator('[data-testid^=row-payment-]');

test('payments are narrowed by where people came from and by promo code', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below('/payments') });
  await expect.poll(() => rows(panel).count()).toBe(2);
  await panel.at('filter-source').selectOption(String(sourceId));
  await expect.poll(() => rows(panel).count()).toBe(1);
  await panel.at(`row-payment-${paymentId}`).waitFor();
  await panel.at('filter-source').selectOption('');
  await expect.poll(() => rows(panel).count()).toBe(2);
  await panel.at('filter-promo').selectOption({ label: 'TWENTY' });
  await expect.poll(() => rows(panel).count()).toBe(1);
  expect(new URL(panel.page.url()).search).toBe(`?promo=${promoId}`);
  await panel.isClean();
});

test('whoever comes from the list of sources finds them among the filters, and each with its code', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below('/sources') });
  await panel.at(`row-source-${sourceId}`).waitFor();
  await panel.at('nav-payments').click();
  await panel.at('filter-source').selectOption(String(sourceId));
  await expect.poll(() => rows(panel).count()).toBe(1);
  await panel.at('nav-sources').click();
  await panel.at(`row-source-${sourceId}`).click();
  await expect.poll(() => panel.at('source-promo').inputValue()).toBe(String(promoId));
  await panel.isClean();
});

test('on a telephone every filter is at hand in a strip, and the page itself is never pushed aside', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: below('/payments') });
  await panel.at('filter-method').selectOption('card');
  await panel.at('filter-promo').selectOption(String(promoId));
  await expect.poll(() => rows(panel).count()).toBe(1);
  await panel.fits();
  await panel.isAccessible();
  await panel.page.reload();
  await expect.poll(() => rows(panel).count()).toBe(1);
  expect(await panel.at('filter-promo').inputValue()).toBe(String(promoId));
  await panel.isClean();
});

test('what is typed into a search as soon as it is there stays, and so does what is typed while it searches', async () => {
  const panel = await opensInBrowser(platform, shop.owner);
  const type = (words: string) => `
    const search = document.querySelector('[data-testid=search]');
    search.value = '${words}';
    search.dispatchEvent(new InputEvent('input', { bubbles: true }));`;
  // In the moment in which the field comes, before the page has drawn it.
  await panel.page.evaluate(`new MutationObserver((_, observer) => {
    if (!document.querySelector('[data-testid=search]')) return;
    observer.disconnect();
    ${type('Gul')}
  }).observe(document.body, { childList: true, subtree: true })`);
  await panel.at('nav-users').click();
  await panel.page.waitForURL('**/users?q=Gul');
  expect(await panel.at('search').inputValue()).toBe('Gul');
  // In the moment in which the address takes the words.
  await panel.page.evaluate(`{
    const replace = history.replaceState;
    history.replaceState = (...given) => {
      history.replaceState = replace;
      replace(...given);
      ${type('Gulnora')}
    };
  }`);
  await panel.at('search').fill('Guln');
  await panel.page.waitForURL('**/users?q=Gulnora');
  expect(await panel.at('search').inputValue()).toBe('Gulnora');
  // What else changes the address changes the field.
  await panel.at('nav-payments').click();
  await panel.at('screen-payments').waitFor();
  await panel.page.goBack();
  await expect.poll(() => panel.at('search').inputValue()).toBe('Gulnora');
  await panel.at('nav-users').click();
  await expect.poll(() => panel.at('search').inputValue()).toBe('');
});

test('the trail is narrowed by the person who did it', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below('/audit') });
  const lines = panel.page.locator('[data-testid^=row-audit-]');
  await lines.first().waitFor();
  const all = await lines.count();
  const person = panel.page.locator('[data-testid=filter-actor] option', { hasText: 'Aziz · ' });
  await person.waitFor({ state: 'attached' });
  await panel.at('filter-actor').selectOption((await person.getAttribute('value')) ?? '');
  await panel.page.waitForURL('**/audit?actor=**');
  await expect.poll(() => lines.count()).toBeLessThan(all);
  expect(await lines.filter({ hasNotText: 'Aziz' }).count()).toBe(0);
  await panel.isClean();
});
