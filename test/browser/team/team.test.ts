import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, type PanelPage, test } from '../../support/browser/page.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop, type Shop } from '../../support/shop.ts';
import { asksToHelp, newInvitation, newManager, opensInvitation } from '../../support/team/managers.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const path = () => `/panel/bots/${shop.shop.id}/team`;

async function isWhole(panel: PanelPage): Promise<void> {
  await panel.fits();
  await panel.isAccessible();
  await panel.isClean();
}

const statusOf = async (id: number) =>
  (await platform.database.botManager.findUniqueOrThrow({ where: { id } })).status;

test('within Telegram an owner makes a link, takes on whoever asks, passes receipts on, and removes them', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: path() });
  await panel.at('state-empty').waitFor();
  await panel.at('invite-receipts').click();
  const link = (await panel.at('link').textContent()) ?? '';
  await isWhole(panel);
  const asker = await opensInvitation(platform, /m_[\w-]{22}/.exec(link)?.[0] ?? '', { firstName: 'Malika' });
  const id = await asksToHelp(platform, asker);
  await panel.at(`agree-${id}`).click();
  await panel.at('dialog-yes').click();
  await panel.at(`role-${id}-all`).click();
  await panel.at('dialog-yes').click();
  await panel.at(`row-manager-${id}`).filter({ hasText: 'Everything' }).waitFor();
  await panel.at('setting-quietreceipts').check();
  await eventually(async () =>
    expect(
      await platform.database.botSettings.count({
        where: { bot: { telegramBotId: shop.shop.id }, quietReceipts: true },
      }),
    ).toBe(1),
  );
  await panel.page.reload();
  await panel.at('setting-quietreceipts').and(panel.page.locator(':checked')).waitFor();
  await panel.at(`remove-${id}`).click();
  await isWhole(panel);
  await panel.at('dialog-yes').click();
  await panel.at('state-empty').waitFor();
  expect(await statusOf(id)).toBe('removed');
});

test('in a browser it waits for a word in Telegram, and the page hears of it', async () => {
  const payload = await newInvitation(platform, shop, 'support');
  const id = await asksToHelp(platform, await opensInvitation(platform, payload));
  const panel = await opensInBrowser(platform, shop.owner, { path: path() });
  await panel.at(`agree-${id}`).click();
  await panel.at('confirm-in-telegram').waitFor();
  await isWhole(panel);
  await shop.owner.reads(platform.mainBot, /Take Malika.* on the team/);
  await shop.owner.taps(platform.mainBot, /Yes, do it/);
  await panel.at(`remove-${id}`).waitFor();
  expect(await statusOf(id)).toBe('active');
});

test('whoever helps reads with what, and leaves', async () => {
  const { manager, managerId } = await newManager(platform, shop, 'receipts');
  const panel = await opensInTelegram(platform, manager, { path: `/panel/bots/${shop.shop.id}` });
  await panel.at('own-role').filter({ hasText: 'Decides receipts' }).waitFor();
  await panel.at('leave').click();
  await isWhole(panel);
  await panel.at('dialog-yes').click();
  await panel.at('screen-home').waitFor();
  expect(await statusOf(managerId)).toBe('removed');
});
