import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowserPanel, openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let panel: ReturnType<Awaited<ReturnType<typeof openPanel>>['of']>;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  panel = (await openPanel(platform, shop.owner)).of(shop.shop);
});
afterAll(async () => {
  await platform.closesClean();
});

const bot = () =>
  platform.database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.shop.id) },
    include: { settings: true },
  });

test('an owner sees the settings of a bot, and of its card no more than they know it by', async () => {
  const { status, body } = await panel.get('/settings');
  expect(status).toBe(200);
  expect(body).toEqual({
    card: { number: '8600 •••• •••• 9012', holder: 'AZIZ AZIZOV' },
    methods: [
      { name: 'card', on: true, ready: true },
      { name: 'payme', on: false, ready: false },
      { name: 'click', on: false, ready: false },
      { name: 'uzum', on: false, ready: false },
    ],
    numbers: {
      grace: { value: 0, min: 0, max: 14 },
      winback: { value: 0, min: 0, max: 60 },
      winpercent: { value: 0, min: 0, max: 50 },
      refdays: { value: 7, min: 1, max: 90 },
      refpercent: { value: 20, min: 5, max: 50 },
      friendpercent: { value: 0, min: 0, max: 50 },
    },
    switches: { unique: false, quietreceipts: false },
    referral: 'off',
  });
});

test('each of them is set as in the bot, and set twice it is the same', async () => {
  for (const [name, value] of [
    ['grace', 3],
    ['winback', '14'],
    ['refpercent', ' 25 '],
    ['unique', true],
    ['unique', true],
    ['referral', 'percent'],
  ] as const) {
    expect([name, (await panel.put(`/settings/${name}`, { value })).status]).toEqual([name, 204]);
  }
  expect((await bot()).settings).toMatchObject({
    graceDays: 3,
    winbackDays: 14,
    referralPercent: 25,
    uniqueAmount: true,
    referral: 'percent',
  });
  expect((await panel.get('/settings')).body).toMatchObject({
    numbers: { grace: { value: 3 } },
    switches: { unique: true },
    referral: 'percent',
  });
});

test('what is out of range, of another kind or no setting is refused, and nothing changes', async () => {
  const before = await bot();
  for (const [name, value, status, code] of [
    ['grace', 15, 422, 'botSetting.outOfRange'],
    ['grace', '-1', 422, 'botSetting.outOfRange'],
    ['grace', 'x', 422, 'botSetting.outOfRange'],
    ['grace', true, 400, 'request'],
    ['unique', 'yes', 400, 'request'],
    ['referral', 'everything', 400, 'request'],
    ['payme', true, 404, 'notFound'],
    ['token', 'x', 404, 'notFound'],
  ] as const) {
    const answer = await panel.put(`/settings/${name}`, { value });
    expect([name, value, answer.status, answer.body.error.code]).toEqual([name, value, status, code]);
  }
  expect(await bot()).toEqual(before);
});

test('transfers to the card are switched off and on', async () => {
  expect((await panel.put('/settings/card', { value: false })).status).toBe(204);
  expect((await bot()).cardEnabled).toBe(false);
  expect((await panel.put('/settings/card', { value: true })).status).toBe(204);
  expect((await bot()).cardEnabled).toBe(true);
});

test('a card from a Mini App is taken at once, its owner hears of it, and a slip in it is said', async () => {
  const slip = { number: '8600 1111 2222 3335', holder: 'BOBUR BOBUROV' };
  const answer = await panel.put('/settings/card', slip);
  expect([answer.status, answer.body]).toEqual([200, { warning: 'luhn' }]);
  expect((await panel.get('/settings')).body.card).toEqual({
    number: '8600 •••• •••• 3335',
    holder: 'BOBUR BOBUROV',
  });
  await shop.owner.reads(platform.mainBot, '•••• 3335 instead of •••• 9012');
  const right = { number: '4111-1111-1111-1111', holder: 'AZIZ AZIZOV' };
  expect((await panel.put('/settings/card', right)).body).toEqual({ warning: null });
});

test('a card from a browser waits for its owner’s word in Telegram', async () => {
  const browser = (await openBrowserPanel(platform, shop.owner)).of(shop.shop);
  const { cardNumber: before } = await bot();
  const { status, body } = await browser.put('/settings/card', {
    number: '8600 4444 3333 2222',
    holder: 'BOBUR BOBUROV',
  });
  expect(status).toBe(202);
  expect(body.confirmation).toEqual({ id: expect.any(Number), expiresAt: expect.any(String) });
  expect((await bot()).cardNumber).toBe(before);
  await shop.owner.reads(platform.mainBot, '•••• 2222, BOBUR BOBUROV');
  await shop.owner.presses(platform.mainBot, `panel:yes:${body.confirmation.id}`);
  expect((await bot()).cardNumber).toBe('8600444433332222');
});

test('what is no card is refused at once, in a browser too', async () => {
  const before = await bot();
  const browser = (await openBrowserPanel(platform, shop.owner)).of(shop.shop);
  for (const [sent, status, code] of [
    [{ number: '8600', holder: 'A' }, 422, 'card.malformed'],
    [{ number: '8600 4444 3333 2222', holder: '' }, 422, 'card.holderMissing'],
    [{ number: '8600 4444 3333 2222', holder: '8600 4444 3333 2222' }, 422, 'card.holderIsNumber'],
    [{ number: '8600 4444 3333 2222' }, 400, 'request'],
    [{ value: 'on' }, 400, 'request'],
  ] as const) {
    for (const way of [panel, browser]) {
      const answer = await way.put('/settings/card', sent);
      expect([sent, answer.status, answer.body.error.code]).toEqual([sent, status, code]);
    }
  }
  expect(await bot()).toEqual(before);
  expect(await platform.database.panelConfirmation.count()).toBe(1);
});
