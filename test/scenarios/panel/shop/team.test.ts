import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MAX_MANAGERS } from '../../../../src/modules/team/manager.ts';
import { openBrowserPanel, openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { openShop, type Shop } from '../../../support/shop.ts';
import { asksToHelp, newInvitation, newManager, opensInvitation } from '../../../support/team/managers.ts';
import { told } from '../../../support/told.ts';

let platform: Platform;
let shop: Shop;
/** The owner's: within Telegram, and in a browser. */
let panel: Below;
let browser: Below;
type Below = ReturnType<Awaited<ReturnType<typeof openPanel>>['of']>;

beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
  panel = (await openPanel(platform, shop.owner)).of(shop.shop);
  browser = (await openBrowserPanel(platform, shop.owner)).of(shop.shop);
});
afterAll(async () => {
  await platform.closesClean();
});

const listed = async () => (await panel.get('/team')).body.items as Record<string, unknown>[];
const statusOf = async (id: number) =>
  (await platform.database.botManager.findUniqueOrThrow({ where: { id } })).status;

/** Presses yes below what a browser has asked for. */
async function agrees(
  { body }: { body: { confirmation: { id: number } } },
  person = shop.owner,
): Promise<void> {
  await platform.quiet();
  await person.presses(platform.mainBot, `panel:yes:${body.confirmation.id}`);
  await platform.quiet();
}

async function newAsker(firstName = 'Malika') {
  const payload = await newInvitation(platform, shop, 'receipts');
  const asker = await opensInvitation(platform, payload, { firstName });
  return { asker, managerId: await asksToHelp(platform, asker) };
}

test('an owner makes a link, agrees to whoever asks, changes what they help with, and removes them', async () => {
  const { status, body } = await panel.post('/team/receipts');
  expect([status, body]).toMatchObject([200, { role: 'receipts', hours: 48 }]);
  const payload = /start=(m_[\w-]{22})$/.exec(body.link)?.[1] ?? '';
  const asker = await opensInvitation(platform, payload, { firstName: 'Malika' });
  const managerId = await asksToHelp(platform, asker);
  expect(await listed()).toMatchObject([{ id: managerId, name: 'Malika', role: 'receipts', state: 'asked' }]);
  for (const [path, role, state] of [
    ['ok', 'receipts', 'active'],
    ['role/all', 'all', 'active'],
  ]) {
    expect((await panel.post(`/team/${managerId}/${path}`)).status).toBe(204);
    expect(await listed()).toMatchObject([{ id: managerId, role, state }]);
  }
  await asker.reads(platform.mainBot, 'You’re on the team');
  const one = await panel.get(`/team/${managerId}`);
  expect([one.status, [one.body]]).toEqual([200, await listed()]);
  expect((await panel.post(`/team/${managerId}/remove`)).status).toBe(204);
  expect(await listed()).toEqual([]);
  expect((await panel.get(`/team/${managerId}`)).status).toBe(404);
  const again = await panel.post(`/team/${managerId}/role/all`);
  expect([again.status, again.body.error.code]).toEqual([409, 'team.decided']);
});

test('in a browser each of it waits for the owner’s word in Telegram', async () => {
  const { managerId } = await newAsker();
  const asked = await browser.post(`/team/${managerId}/ok`);
  expect(asked.status).toBe(202);
  expect(await statusOf(managerId)).toBe('asked');
  await shop.owner.reads(platform.mainBot, /Take Malika.* on the team/);
  await agrees(asked);
  expect(await statusOf(managerId)).toBe('active');
  await agrees(await browser.post(`/team/${managerId}/role/all`));
  expect(await listed()).toMatchObject([{ role: 'all' }]);
  await agrees(await browser.post(`/team/${managerId}/remove`));
  expect(await statusOf(managerId)).toBe('removed');
  const other = await newAsker('Jasur');
  await agrees(await browser.post(`/team/${other.managerId}/no`));
  expect(await statusOf(other.managerId)).toBe('removed');
});

test('a link that a browser asked for is shown in Telegram alone, once, and works', async () => {
  const { database, mainBot } = platform;
  const made = () => database.managerInvite.count({ where: { bot: { telegramBotId: shop.shop.id } } });
  const asked = await browser.post('/team/support');
  expect([asked.status, Object.keys(asked.body), await made()]).toEqual([202, ['confirmation'], 0]);
  await agrees(asked);
  const link = /start=(m_[\w-]{22})/.exec(told(shop.owner, mainBot) ?? '')?.[1] ?? '';
  const asker = await opensInvitation(platform, link);
  await asker.reads(mainBot, 'would like your help');
  await agrees(asked);
  expect(await made()).toBe(1);
});

test('of a full team nobody is asked in vain', async () => {
  const { id: botId } = await platform.database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: shop.shop.id },
  });
  const others = {
    botId,
    fullName: 'Somebody',
    role: 'all',
    status: 'active',
    addedAt: platform.clock.now(),
  };
  await platform.database.botManager.createMany({
    data: [...Array(MAX_MANAGERS).keys()].map((n) => ({ ...others, telegramUserId: 700_000 + n })),
  });
  for (const way of [panel, browser]) {
    const { status, body } = await way.post('/team/all');
    expect([status, body.error?.code]).toEqual([409, 'team.full']);
  }
});

test('whoever helps leaves, from a browser by a word in Telegram; an owner has nothing to leave', async () => {
  const one = await newManager(platform, shop, 'support', { firstName: 'Malika' });
  const own = (await openBrowserPanel(platform, one.manager)).of(shop.shop);
  const asked = await own.post('/team/leave');
  expect([asked.status, await statusOf(one.managerId)]).toEqual([202, 'active']);
  await agrees(asked, one.manager);
  expect(await statusOf(one.managerId)).toBe('removed');
  await shop.owner.reads(platform.mainBot, /Malika.*(left|no longer)/);
  const other = await newManager(platform, shop, 'all', { firstName: 'Jasur' });
  const within = (await openPanel(platform, other.manager)).of(shop.shop);
  expect((await within.post('/team/leave')).status).toBe(204);
  expect((await within.post('/team/leave')).status).toBe(404);
  expect((await panel.post('/team/leave')).status).toBe(404);
  const last = await newManager(platform, shop, 'receipts', { firstName: 'Olim' });
  const cashier = (await openPanel(platform, last.manager)).of(shop.shop);
  expect((await panel.post(`/team/${last.managerId}/leave`)).status).toBe(404);
  expect((await cashier.post(`/team/${other.managerId}/leave`)).status).toBe(404);
  expect((await cashier.post(`/team/${last.managerId}/leave`)).status).toBe(204);
  expect(await statusOf(last.managerId)).toBe('removed');
});

test('who helps with all sets days and percentages, and finds nothing of how the owner is paid or told', async () => {
  const { manager } = await newManager(platform, shop, 'all');
  const helper = (await openPanel(platform, manager)).of(shop.shop);
  expect((await helper.put('/settings/grace', { value: '3' })).status).toBe(204);
  expect((await helper.put('/settings/referral', { value: 'days' })).status).toBe(204);
  for (const [name, sent] of [
    ['unique', { value: true }],
    ['quietreceipts', { value: true }],
    ['payme', { value: true }],
    ['card', { value: false }],
    ['card', { number: '8600 4444 3333 2222', holder: 'BOBUR BOBUROV' }],
  ] as const) {
    expect([name, (await helper.put(`/settings/${name}`, sent)).status]).toEqual([name, 404]);
  }
  expect((await helper.get('/settings')).body).toMatchObject({
    card: null,
    methods: null,
    switches: null,
    numbers: { grace: { value: 3 } },
    referral: 'days',
  });
  expect((await panel.get('/settings')).body.card.number).toContain('9012');
});
