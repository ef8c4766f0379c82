import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { buyAccess, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let club: Shop;
let channelId: number;
beforeAll(async () => {
  platform = await startPlatform();
  club = await openShop(platform);
  const { planId } = club;
  ({ channelId } = await platform.database.plan.findUniqueOrThrow({ where: { id: planId } }));
});
afterAll(async () => {
  await platform.closesClean();
});

const panelOf = async ({ owner, shop }: Shop) => (await openPanel(platform, owner)).of(shop);
const priceOf = async (months: number) =>
  (await platform.database.plan.findFirst({ where: { channelId, durationMonths: months } }))?.price.toFixed(
    2,
  );

test('plans stand by their chats, with who holds them and what they earned', async () => {
  await buyAccess(platform, club);
  await buyAccess(platform, club);
  await club.owner.presses(platform.mainBot, `price:${channelId}:12`);
  await club.owner.sends(platform.mainBot, '480 000');
  await platform.telegram.quiet();
  const { status, body } = await (await panelOf(club)).get('/plans');
  expect(status).toBe(200);
  const common = { days: null, until: null, name: null };
  expect(body).toEqual({
    chats: [
      {
        id: channelId,
        title: club.chat.title,
        plans: [
          {
            ...common,
            id: club.planId,
            months: 1,
            price: { amount: '50000.00', currency: 'UZS' },
            on: true,
            holders: 2,
            earned30: { amount: '100000.00', currency: 'UZS' },
          },
          {
            ...common,
            id: expect.any(Number),
            months: 12,
            price: { amount: '480000.00', currency: 'UZS' },
            on: true,
            holders: 0,
            earned30: { amount: '0.00', currency: 'UZS' },
          },
        ],
      },
    ],
  });
});

test('a price is read as it is typed, and refused as in the bot', async () => {
  const panel = await panelOf(club);
  const set = (price: string, months = 6) => panel.put('/plans', { channelId, months, price });
  const done = await set('50 000');
  expect([done.status, done.body]).toEqual([204, null]);
  expect(await priceOf(6)).toBe('50000.00');
  const refused = await set('abc');
  expect(refused.status).toBe(422);
  expect(refused.body.error).toMatchObject({ code: 'price.malformed', requestId: expect.any(String) });
  expect((await set('0')).body.error.code).toBe('price.outOfRange');
  expect(await priceOf(6)).toBe('50000.00');
  // Twice at once it is one plan.
  const both = await Promise.all([set('900 000', 0), set('900 000', 0)]);
  expect(both.map(({ status }) => status)).toEqual([204, 204]);
  expect(await platform.database.plan.count({ where: { channelId, durationMonths: 0 } })).toBe(1);
  for (const body of [{ channelId, months: 6 }, { channelId, months: 6, price: 5 }, {}]) {
    expect((await panel.put('/plans', body)).body.error.code).toBe('request');
  }
  expect((await panel.put('/plans', { channelId, months: 6, price: '1', more: 1 })).status).toBe(400);
  expect((await set('5 000', 7)).status).toBe(404);
});

test('a plan goes off sale and on again', async () => {
  const panel = await panelOf(club);
  const isOn = async () =>
    (await platform.database.plan.findUniqueOrThrow({ where: { id: club.planId } })).isActive;
  expect((await panel.post(`/plans/${club.planId}/off`)).status).toBe(204);
  expect(await isOn()).toBe(false);
  expect((await panel.post(`/plans/${club.planId}/on`)).status).toBe(204);
  expect(await isOn()).toBe(true);
});

test('what cannot go on sale is shown as it stands', async () => {
  const panel = await panelOf(club);
  const { id } = await platform.database.plan.create({
    data: { channelId, endsOn: new Date('2026-01-31'), price: 90_000, isActive: false, isCustom: true },
  });
  const { status, body } = await panel.post(`/plans/${id}/on`);
  expect([status, body.error.code]).toEqual([409, 'plan.dateIsOver']);
  expect(body.error.current).toMatchObject({ id, until: '2026-01-31', on: false });
  await platform.database.plan.update({ where: { id }, data: { archivedAt: platform.clock.now() } });
});

test('plans of another bot are none, whoever asks', async () => {
  const other = await openShop(platform, { owner: club.owner });
  const stranger = await openShop(platform);
  const before = await platform.database.plan.findMany({ orderBy: { id: 'asc' } });
  const asked = [
    await (await panelOf(club)).post(`/plans/${other.planId}/off`),
    await (await panelOf(other)).put('/plans', { channelId, months: 1, price: '1 000' }),
    await (await openPanel(platform, stranger.owner)).of(club.shop).post(`/plans/${club.planId}/off`),
    await (await openPanel(platform, stranger.owner)).of(club.shop).get('/plans'),
    await (await panelOf(club)).post('/plans/none/off'),
  ];
  for (const { status, body } of asked) {
    expect(status).toBe(404);
    expect(body.error.code).toBe('notFound');
  }
  expect(await platform.database.plan.findMany({ orderBy: { id: 'asc' } })).toEqual(before);
});
