import { afterAll, beforeAll, expect } from 'vitest';
import type { ManagerRole } from '../../src/kernel/rights.ts';
import { opensInBrowser, type PanelPage, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { newBuyer, openShop, payFor, type Shop } from '../support/shop.ts';
import { newManager } from '../support/team/managers.ts';

let platform: Platform;
let shop: Shop;
let paymentId: number;
beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  shop = await openShop(platform);
  paymentId = await payFor(platform, shop, await newBuyer(platform, shop));
});
afterAll(async () => {
  await platform.closesClean();
});

async function opens(role: ManagerRole, below: string): Promise<PanelPage> {
  const { manager } = await newManager(platform, shop, role, { firstName: `Helper ${role}` });
  return opensInBrowser(platform, manager, { path: `/panel/bots/${shop.shop.id}${below}` });
}

const placesOf = async ({ page }: PanelPage) =>
  page.evaluate(
    `[...document.querySelectorAll('nav [data-testid^="nav-"]')].map((one) => one.dataset.testid.slice(4))`,
  );

test('who helps with receipts finds the desk and nothing else, and decides there', async () => {
  const panel = await opens('receipts', '/receipts');
  await panel.at(`row-receipt-${paymentId}`).waitFor();
  expect(await placesOf(panel)).toEqual(['home', 'bot', 'receipts', 'me']);
  await panel.at('receipt-approve').click();
  await panel.at('state-empty').waitFor();
  await platform.quiet();
  const { status, reviewedBy } = await platform.database.payment.findUniqueOrThrow({
    where: { id: paymentId },
  });
  expect(status).toBe('approved');
  expect(reviewedBy).not.toBe(BigInt(shop.owner.id));
});

test('who helps with people sees them, and neither gives nor bans', async () => {
  const { id } = await platform.database.endUser.findFirstOrThrow({ where: { payments: { some: {} } } });
  const panel = await opens('support', `/users/${id}`);
  await panel.at('screen-user').waitFor();
  await panel.at('link').waitFor();
  expect(await placesOf(panel)).toEqual(['home', 'bot', 'users', 'me']);
  expect(await panel.at('ban').count()).toBe(0);
  expect(await panel.at('grant').count()).toBe(0);
});

test('who helps with all finds everything but the team and the trail, of the settings what sells, and cannot remove the bot', async () => {
  const panel = await opens('all', '');
  await panel.at('pause').waitFor();
  const places = await placesOf(panel);
  for (const name of [
    'receipts',
    'users',
    'payments',
    'plans',
    'analytics',
    'broadcasts',
    'texts',
    'health',
    'settings',
  ]) {
    expect(places).toContain(name);
  }
  expect(places).not.toContain('team');
  expect(places).not.toContain('audit');
  expect(await panel.at('remove').count()).toBe(0);
  await panel.goes(`/panel/bots/${shop.shop.id}/settings`);
  await panel.at('setting-grace').fill('5');
  await panel.at('setting-grace-save').click();
  await panel.at('toast').filter({ hasText: 'Saved' }).waitFor();
  for (const owners of ['setting-card', 'setting-unique', 'to-team', 'bot-remove']) {
    expect([owners, await panel.at(owners).count()]).toEqual([owners, 0]);
  }
});
