import { afterAll, beforeAll, expect } from 'vitest';
import { opensInBrowser, opensInTelegram, type PanelPage, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
});
afterAll(async () => {
  await platform.closesClean();
});

/** The smallest there is. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let pictures = 0;

async function pays(firstName: string): Promise<number> {
  const buyer = await newBuyer(platform, shop, { firstName });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  pictures += 1;
  // What stands behind a picture's end draws nothing, and makes it another file.
  await buyer.sendsPhoto(shop.shop, { bytes: Buffer.concat([PNG, Buffer.from(`${pictures}`)]) });
  const { id } = await platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: BigInt(buyer.id) }, status: 'pending' },
  });
  return id;
}

/** A shop with receipts that wait, and its desk before its owner. */
async function opensDesk(names: readonly string[]): Promise<{ panel: PanelPage; ids: number[] }> {
  shop = await openShop(platform);
  const ids: number[] = [];
  for (const name of names) ids.push(await pays(name));
  const path = `/panel/bots/${shop.shop.id}/receipts`;
  const panel = await opensInBrowser(platform, shop.owner, { path });
  if (ids.length > 0) await panel.at(`row-receipt-${ids[0]}`).waitFor();
  return { panel, ids };
}

const statusOf = async (id: number) =>
  (await platform.database.payment.findUniqueOrThrow({ where: { id } })).status;

/** A key by where it is, whatever the layout writes with it. */
async function presses(panel: PanelPage, code: string, options: object = {}): Promise<void> {
  const event = JSON.stringify({ code, key: 'ф', bubbles: true, cancelable: true, ...options });
  await panel.page.evaluate(`document.activeElement.dispatchEvent(new KeyboardEvent('keydown', ${event}))`);
}

test('a receipt comes to the open desk by itself, with the picture that was sent', async () => {
  const { panel } = await opensDesk([]);
  await panel.at('state-empty').waitFor();
  const id = await pays('Bobur');
  await panel.at(`row-receipt-${id}`).waitFor();
  await panel.page.locator('[data-testid=receipt-picture] img').waitFor();
  await panel.fits();
  await panel.isAccessible();
  await panel.isClean();
});

test('receipts are decided by keyboard, under any layout, one after the other', async () => {
  const { panel, ids } = await opensDesk(['Bobur', 'Gulnora', 'Sardor']);
  const [first = 0, second = 0, third = 0] = ids;
  const stands = (id: number) => panel.page.waitForURL((url) => url.pathname.endsWith(`/${id}`));
  await panel.at('receipt-approve').waitFor();

  await presses(panel, 'KeyA', { ctrlKey: true });
  await presses(panel, 'KeyA');
  await stands(second);
  await expect.poll(() => statusOf(first)).toBe('approved');

  await panel.at('receipt-reject').waitFor();
  await presses(panel, 'KeyR');
  await presses(panel, 'KeyT');
  // What is typed into words is no key.
  await panel.at('reason-text').pressSequentially('aaa');
  expect(await statusOf(second)).toBe('pending');
  await presses(panel, 'Escape');
  await panel.at('receipt-reject').waitFor();
  await presses(panel, 'KeyR');
  await panel.at('reason-amount').waitFor();
  await presses(panel, 'Digit2');
  await stands(third);
  await expect.poll(() => statusOf(second)).toBe('rejected');
  expect(await statusOf(third)).toBe('pending');

  await panel.at('receipt-approve').waitFor();
  await panel.at('receipt-approve').click();
  await expect.poll(() => statusOf(third)).toBe('approved');
  await panel.page.getByText(`no. ${third} approved`, { exact: false }).waitFor();
  // The last decision, wherever the desk stands by now; it asks.
  await presses(panel, 'KeyU');
  await panel.at('dialog-yes').click();
  await expect.poll(() => statusOf(third)).toBe('reversed');
  expect(await statusOf(first)).toBe('approved');
  await panel.isClean();
});

test('keys lead from anywhere to the lists, and not to one thing in them', async () => {
  const { panel, ids } = await opensDesk(['Bobur']);
  await presses(panel, 'KeyG');
  await presses(panel, 'KeyU');
  await panel.at('screen-users').waitFor();
  expect(new URL(panel.page.url()).pathname).toBe(`/panel/bots/${shop.shop.id}/users`);
  await presses(panel, 'KeyG');
  await presses(panel, 'KeyR');
  await panel.at(`row-receipt-${ids[0]}`).waitFor();
  await presses(panel, 'Slash', { shiftKey: true });
  await panel.at('keys').waitFor();
});

test('a tick that has the focus is no typing: keys work there, and space ticks it', async () => {
  const { panel, ids } = await opensDesk(['Bobur', 'Gulnora']);
  const [first = 0, second = 0] = ids;
  await panel.at('receipt-approve').waitFor();
  await panel.at(`tick-${second}`).focus();
  await panel.page.keyboard.press('Space');
  expect(await panel.at(`tick-${second}`).isChecked()).toBe(true);
  await expect.poll(() => panel.page.locator('.picture.zoomed').count()).toBe(0);
  await presses(panel, 'KeyX');
  await panel.at(`tick-${first}`).and(panel.page.locator(':checked')).waitFor();
  await presses(panel, 'KeyJ');
  await panel.page.waitForURL((url) => url.pathname.endsWith(`/${second}`));
  // A button that has it is pressed by it as well.
  await panel.at('receipt-reject').focus();
  await panel.page.keyboard.press('Space');
  await panel.at('reason-amount').waitFor();
  expect(await panel.page.locator('.picture.zoomed').count()).toBe(0);
});

test('many are ticked and approved at once', async () => {
  const { panel, ids } = await opensDesk(['Bobur', 'Gulnora', 'Sardor']);
  for (const id of ids.slice(0, 2)) await panel.at(`tick-${id}`).check();
  await panel.at('bulk-approve').click();
  await expect.poll(() => statusOf(ids[1] ?? 0)).toBe('approved');
  await expect.poll(() => statusOf(ids[0] ?? 0)).toBe('approved');
  expect(await statusOf(ids[2] ?? 0)).toBe('pending');
  await panel.at(`row-receipt-${ids[0]}`).waitFor({ state: 'detached' });
});

test('whoever comes second reads who was first', async () => {
  const { panel, ids } = await opensDesk(['Bobur']);
  const [id = 0] = ids;
  await panel.at('receipt-approve').waitFor();
  const { reviews, sellerBots } = platform.app.services;
  const actor = { kind: 'owner', telegramUserId: BigInt(shop.owner.id) } as const;
  const { scope } = await sellerBots.openBot(actor, BigInt(shop.shop.id));
  // Held back, so that the page does not know yet.
  await panel.page.route('**/receipts/*/approve', async (route) => {
    await reviews.rejectPayment(scope, actor, { paymentId: id, reason: 'amount' });
    await reviews.approvePayment(scope, actor, id);
    await route.continue();
  });
  await panel.at('receipt-approve').click();
  await expect.poll(() => panel.at('toast').textContent()).toContain('Aziz');
  expect(await statusOf(id)).toBe('approved');
});

test('on a telephone a receipt has the screen to itself, and Telegram’s back button leads to the list', async () => {
  shop = await openShop(platform);
  const id = await pays('Bobur');
  const panel = await opensInTelegram(platform, shop.owner, { path: `/panel/bots/${shop.shop.id}/receipts` });
  await panel.at(`row-receipt-${id}`).waitFor();
  expect((await panel.posted()).at(-1)).toEqual({
    type: 'web_app_setup_back_button',
    data: { is_visible: false },
  });
  await panel.page.locator(`[data-testid=row-receipt-${id}] a`).click();
  await panel.at('receipt-approve').waitFor();
  await panel.fits();
  await expect
    .poll(
      async () =>
        (await panel.posted()).filter(({ type }) => type === 'web_app_setup_back_button').at(-1)?.data,
    )
    .toEqual({ is_visible: true });
  await panel.hears('back_button_pressed');
  await panel.at(`row-receipt-${id}`).waitFor();
  await panel.isClean();
});
