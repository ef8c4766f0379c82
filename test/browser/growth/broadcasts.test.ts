import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, type PanelPage, test } from '../../support/browser/page.ts';
import { becomes, copiesOf, newDraft } from '../../support/growth/broadcasts.ts';
import { callsOf, holdAnswer } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  await moderatorReadsEnglish(platform);
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const path = (id: number | string = '') => `/panel/bots/${shop.shop.id}/broadcasts${id && `/${id}`}`;

async function isWhole(panel: PanelPage): Promise<void> {
  await panel.fits();
  await panel.isAccessible();
  await panel.isClean();
}

const shows = async (panel: PanelPage, name: string, value: number) =>
  panel
    .at(`figure-${name}`)
    .and(panel.page.locator(`[data-value="${value}"]`))
    .waitFor();

test('on a phone an owner writes, sees it in the bot, chooses who gets it, starts, and sees how far it is', async () => {
  const buyer = await newBuyer(platform, shop);
  const russian = await newBuyer(platform, shop, { languageCode: 'ru' });
  const panel = await opensInTelegram(platform, shop.owner, { path: path() });
  await panel.at('state-empty').waitFor();
  const media = await panel.at('broadcast-media').getAttribute('href');
  expect(media).toBe(`https://t.me/${shop.shop.username}?start=cast`);
  await panel.at('broadcast-text').fill('Ten new lessons are here');
  await panel.page.reload();
  await panel.at('broadcast-show').click();
  await shows(panel, 'people', 2);
  expect(copiesOf(shop.owner, shop.shop)).toBe(1);
  await isWhole(panel);

  await panel.at('filter-language').selectOption('ru');
  await shows(panel, 'people', 1);
  await panel.at('filter-state').selectOption('live');
  await shows(panel, 'people', 0);
  expect(await panel.at('broadcast-start').isDisabled()).toBe(true);
  await panel.at('filter-state').selectOption('never');
  await panel.at('broadcast-plan').selectOption(String(shop.planId));
  await shows(panel, 'people', 1);
  await panel.at('broadcast-test').click();
  await panel.at('toast').waitFor();
  await expect.poll(() => copiesOf(shop.owner, shop.shop)).toBe(2);
  await panel.at('broadcast-start').click();
  await panel.page.getByText('1 person will get this message.').waitFor();
  await panel.at('dialog-yes').click();
  await shows(panel, 'sent', 1);
  await isWhole(panel);
  expect([copiesOf(russian, shop.shop), copiesOf(buyer, shop.shop)]).toEqual([1, 0]);

  await panel.goes(path());
  const { id } = await platform.database.broadcast.findFirstOrThrow({
    where: { createdBy: BigInt(shop.owner.id) },
  });
  await panel.at(`row-broadcast-${id}`).filter({ hasText: '1 of 1' }).waitFor();
  expect(await panel.at('broadcast-text').inputValue()).toBe('');
});

test('whoever has blocked the bot is told to open it, and what they typed is still there', async () => {
  await shop.owner.blocks(shop.shop);
  const panel = await opensInBrowser(platform, shop.owner, { path: path() });
  await panel.at('broadcast-text').fill('Ten new lessons are here');
  await panel.at('broadcast-show').click();
  const told = panel.at('broadcast-open-bot');
  await told.waitFor();
  expect(await told.getByRole('link').getAttribute('href')).toBe(`https://t.me/${shop.shop.username}`);
  expect(await panel.at('broadcast-text').inputValue()).toBe('Ten new lessons are here');
  await panel.fits();
  await panel.isAccessible();
  await shop.owner.starts(shop.shop);
  await panel.at('broadcast-show').click();
  await panel.at('broadcast-start').waitFor();
});

test('what goes out is paused, goes on and is cancelled; the page follows copies by itself', async () => {
  const people = [await newBuyer(platform, shop), await newBuyer(platform, shop)];
  const id = await newDraft(platform, shop, shop.owner);
  const [first, second] = people.map((one) =>
    holdAnswer(platform.telegram, callsOf(shop.shop, 'copyMessage', one)),
  );
  const panel = await opensInBrowser(platform, shop.owner, { path: path(id) });
  await panel.at('broadcast-start').click();
  await panel.at('dialog-yes').click();
  await shows(panel, 'left', 2);
  await panel.at('broadcast-pause').click();
  await panel.at('broadcast-why').waitFor();
  await isWhole(panel);
  await panel.at('broadcast-resume').click();
  await panel.at('broadcast-pause').waitFor();
  first?.release();
  // Nothing is said of a copy: the page asks again.
  await shows(panel, 'left', 1);
  await panel.at('broadcast-cancel').click();
  await panel.at('dialog-yes').click();
  await panel.at('broadcast-cancel').waitFor({ state: 'detached' });
  second?.release();
  await becomes(platform, id, 'cancelled');
});

test('a moderator ends what goes out on any bot', async () => {
  await newBuyer(platform, shop);
  const id = await newDraft(platform, shop, shop.owner);
  const held = holdAnswer(platform.telegram, callsOf(shop.shop, 'copyMessage'));
  await shop.owner.presses(shop.shop, `cast:${id}:start:yes`);
  await held.comes();
  const panel = await opensInBrowser(platform, platform.moderator, { path: '/panel/mod/broadcasts' });
  await panel
    .at(`row-broadcast-${id}`)
    .filter({ hasText: `@${shop.shop.username}` })
    .waitFor();
  await panel.at(`stop-${id}`).click();
  await isWhole(panel);
  await panel.at('dialog-yes').click();
  await panel.at(`stop-${id}`).waitFor({ state: 'detached' });
  held.release();
  await becomes(platform, id, 'cancelled');
});
