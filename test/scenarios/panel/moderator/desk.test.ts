import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { askPanel } from '../../../support/panel/ask-panel.ts';
import { openBrowserPanel, openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { buyAccess, moderatorReadsEnglish, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let moderator: SandboxPerson;
let panel: Awaited<ReturnType<typeof openPanel>>;
let browser: Awaited<ReturnType<typeof openPanel>>;

beforeAll(async () => {
  platform = await startPlatform();
  ({ moderator } = platform);
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  panel = await openPanel(platform, moderator);
  browser = await openBrowserPanel(platform, moderator);
});
afterAll(async () => {
  await platform.closesClean();
});

const says = async (id: number, answer: 'yes' | 'no') => {
  await moderator.presses(platform.mainBot, `panel:${answer}:${id}`);
};

const ownerId = async () =>
  (await platform.database.owner.findFirstOrThrow({ where: { telegramUserId: BigInt(shop.owner.id) } })).id;

test('for an owner there is no desk of moderators', async () => {
  const owners = await openPanel(platform, shop.owner);
  for (const path of ['/mod/dashboard', '/mod/owners', '/mod/tariffs', '/mod/settings', '/mod/health']) {
    const { status, body } = await owners.get(path);
    expect(status, path).toBe(404);
    expect(body.error.code).toBe('notFound');
  }
  expect((await owners.post(`/mod/owners/${await ownerId()}/ban`)).status).toBe(404);
});

test('a moderator sets a price from a browser, once they have said yes in Telegram', async () => {
  expect((await browser.put('/mod/settings/price1', { value: 'abc' })).status).toBe(422);
  expect((await browser.put('/mod/settings/nothing', { value: '1' })).status).toBe(404);
  const { status, body } = await browser.put('/mod/settings/price1', { value: '99 000' });
  expect(status).toBe(202);
  const price = async () =>
    (await panel.get('/mod/settings')).body.items.find(({ name }: { name: string }) => name === 'price1');
  expect(await price()).toEqual({ name: 'price1', kind: 'amount', value: null });
  await says(body.confirmation.id, 'yes');
  expect(await price()).toEqual({ name: 'price1', kind: 'amount', value: '99000.00' });
  expect((await panel.put('/mod/settings/card', { value: '8600 1234 5678 9012' })).status).toBe(204);
  const { items } = (await panel.get('/mod/settings')).body;
  expect(JSON.stringify(items)).not.toContain('12345678');
});

test('owners are found, banned and given a tariff, once by one key', async () => {
  const id = await ownerId();
  const found = async (query: string) =>
    (await panel.get(`/mod/owners?${query}`)).body.items.map((owner: { id: number }) => owner.id);
  expect(await found(`q=${shop.owner.id}`)).toEqual([id]);
  expect(await found(`q=${shop.owner.id}&state=banned`)).toEqual([]);
  expect(await found(`q=${shop.owner.id}&tariff=paid`)).toEqual([]);
  expect(await found(`q=${shop.owner.id}&lastSale=never`)).toEqual([id]);

  const ban = await browser.post(`/mod/owners/${id}/ban`);
  expect(ban.status).toBe(202);
  expect(await found('state=banned')).toEqual([]);
  await says(ban.body.confirmation.id, 'yes');
  expect(await found('state=banned')).toEqual([id]);
  expect((await panel.post(`/mod/owners/${id}/unban`)).status).toBe(204);

  const grant = (headers: Record<string, string>, key?: string, months = 6) =>
    askPanel(platform.app.origin, 'POST', `/mod/owners/${id}/tariff`, {
      body: { months },
      headers: { ...headers, ...(key ? { 'idempotency-key': key } : {}) },
    });
  expect((await grant(panel.headers)).status).toBe(400);
  expect((await grant(panel.headers, randomUUID(), 5)).status).toBe(400);
  const key = randomUUID();
  expect((await grant(panel.headers, key)).status).toBe(204);
  const paidUntil = async () => (await panel.get(`/mod/owners/${id}`)).body.paidUntil;
  const once = await paidUntil();
  expect((await grant(panel.headers, key)).status).toBe(204);
  expect(await paidUntil()).toBe(once);

  const another = randomUUID();
  const [first, again] = [await grant(browser.headers, another), await grant(browser.headers, another)];
  expect(first.status).toBe(202);
  expect(again.body.confirmation.id).toBe(first.body.confirmation.id);
  await says(first.body.confirmation.id, 'no');
  expect(await paidUntil()).toBe(once);
});

test('a receipt for a tariff is looked at and decided; whoever comes second sees who was first', async () => {
  const { mainBot, database } = platform;
  await panel.put('/mod/settings/price1', { value: '99 000' });
  await panel.put('/mod/settings/card', { value: '8600 1234 5678 9012' });
  await shop.owner.presses(mainBot, 'tariff:1');
  await shop.owner.sendsPhoto(mainBot, {
    bytes: Uint8Array.from([0xff, 0xd8, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
  });
  const { id } = await database.tariffPayment.findFirstOrThrow({ where: { status: 'pending' } });

  const waiting = (await panel.get('/mod/tariffs')).body;
  expect(waiting).toMatchObject({ total: 1, next: null });
  expect(waiting.items[0]).toMatchObject({
    id,
    state: 'pending',
    amount: { amount: '99000.00', currency: 'UZS' },
    purpose: { kind: 'tariff', months: 1 },
    owner: { telegramId: String(shop.owner.id) },
    can: ['approve', 'reject'],
  });
  const file = await fetch(`${platform.app.origin}/panel/api/mod/tariffs/${id}/file`, {
    headers: { ...panel.headers, 'sec-fetch-site': 'same-origin' },
  });
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  await file.arrayBuffer();

  const approved = await browser.post(`/mod/tariffs/${id}/approve`);
  expect(approved.status).toBe(200);
  expect(approved.body).toMatchObject({
    state: 'approved',
    can: [],
    decision: { by: { role: 'moderator' } },
  });
  const second = await panel.post(`/mod/tariffs/${id}/reject`);
  expect(second.status).toBe(409);
  expect(second.body.error).toMatchObject({ code: 'tariff.decided', current: { id, state: 'approved' } });
  expect((await panel.get('/mod/tariffs?state=decided')).body.items.map((t: { id: number }) => t.id)).toEqual(
    [id],
  );
});

test('the platform is seen at a glance, by its payments, its trail and its health, without any buyer', async () => {
  const { member } = await buyAccess(platform, shop);
  const glance = (await panel.get('/mod/dashboard')).body;
  expect(glance).toMatchObject({ owners: 2, bots: 1, failingBots: 0, waitingTariffs: 0 });
  const payments = await panel.get(`/mod/payments?state=approved&bot=@${shop.shop.username}&limit=1`);
  expect(payments.body.items).toMatchObject([
    { bot: { id: String(shop.shop.id) }, state: 'approved', method: 'card' },
  ]);
  expect(JSON.stringify(payments.body)).not.toContain(String(member.id));
  expect((await panel.get('/mod/owners?lastSale=week')).body.items).toHaveLength(1);
  expect((await panel.get('/mod/connections')).body).toEqual({ items: [], next: null });
  const trail = (await panel.get('/mod/audit?actor=moderator&action=owner')).body.items;
  expect(trail.map(({ action }: { action: string }) => action)).toEqual(['owner.unbanned', 'owner.banned']);
  expect(trail[0].actor).toEqual({ kind: 'moderator', name: 'Malika' });
  await expectNobodyOfABotInTheTrail(member);
  const health = await panel.get('/mod/health');
  expect(health.status).toBe(200);
  expect(health.body.components.map(({ name }: { name: string }) => name)).toContain('database');
  expect((await panel.post('/mod/connections/1/live')).status).toBe(404);
});

/** What somebody did at a bot is there as a line, and by nobody's name or id. */
async function expectNobodyOfABotInTheTrail(buyer: SandboxPerson): Promise<void> {
  const { id: botId } = await platform.database.sellerBot.findFirstOrThrow();
  const acts = ['end-user', 'chat-admin'].map((kind) => `${kind}:${buyer.id}`);
  await platform.database.auditEntry.createMany({
    data: acts.map((actor) => ({
      at: platform.clock.now(),
      actor,
      action: 'payment.cancelled',
      target: 'payment:1',
      botId,
    })),
  });
  for (const actor of acts) expect((await panel.get(`/mod/audit?actor=${actor}`)).body.items).toEqual([]);
  const { items } = (await panel.get('/mod/audit?actor=end-user')).body;
  expect(items).toMatchObject([{ actor: { kind: 'end-user', name: null } }]);
  const actors = (await panel.get('/mod/audit/actors')).body.items;
  expect(new Set(actors.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['moderator', 'owner']));
  expect(JSON.stringify([items, actors])).not.toContain(String(buyer.id));
}
