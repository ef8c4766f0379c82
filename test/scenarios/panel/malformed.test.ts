import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPanelRoutes, type PanelRoute } from '../../support/panel/panel-routes.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let owner: Awaited<ReturnType<typeof openPanel>>;
let moderator: Awaited<ReturnType<typeof openPanel>>;
let routes: PanelRoute[];

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await moderatorReadsEnglish(platform);
  owner = await openPanel(platform, shop.owner);
  moderator = await openPanel(platform, platform.moderator);
  routes = await listPanelRoutes(platform.app.services);
});
afterAll(async () => {
  // Whatever is asked, nothing of it is a fault of ours.
  await platform.closesClean();
});

const UNKNOWN = expect.stringContaining('nrecognized');
const NO_IDS = ['0', '-1', '1.5', '1e3', '%201', '01', '2147483648', '9223372036854775808', '9'.repeat(20)];
const who = ({ url }: PanelRoute) => (url.startsWith('/mod') ? moderator : owner);
/** What stands for the other parameters of an address: something that there is. */
const NAMED: Record<string, string> = {
  audience: 'all',
  field: 'percent',
  key: 'welcome',
  language: 'all',
  mode: 'off',
  role: 'all',
  state: 'all',
};
const pathOf = ({ url }: PanelRoute, id: string) =>
  url
    .replace('/bots/:botId', url.startsWith('/mod') ? '/bots/1' : `/bots/${shop.shop.id}`)
    .replace('/settings/:name', url.startsWith('/mod') ? '/settings/card' : '/settings/referral')
    .replaceAll(/:(?:id|planId|promoId|channelId|sourceId)\b/g, id)
    .replaceAll(/:(\w+)/g, (_, name: string) => NAMED[name] ?? 'none');

test('a malformed id in an address is nothing, whatever it is the id of', async () => {
  const asked = routes.filter(({ url }) => /:(?:id|planId|promoId)\b/.test(url));
  expect(asked.length).toBeGreaterThan(25);
  for (const route of asked) {
    for (const id of NO_IDS) {
      const method = route.method.toLowerCase() as 'get' | 'post' | 'put' | 'delete';
      const { status, body } = await who(route)[method](pathOf(route, id));
      expect([`${route.method} ${route.url}`, id, status, body.error.code]).toEqual([
        `${route.method} ${route.url}`,
        id,
        404,
        'notFound',
      ]);
    }
  }
  for (const botId of NO_IDS) expect((await owner.get(`/bots/${botId}/receipts`)).status).toBe(404);
});

test('a malformed id in what is sent is told as that', async () => {
  const panel = owner.of(shop.shop);
  for (const id of [0, -1, 1.5, 2_147_483_648, 2 ** 60, '1', null]) {
    const sent = [
      panel.put('/plans', { channelId: id, months: 1, price: '1 000' }),
      panel.post('/receipts/decisions', { decisions: [{ id, action: 'approve' }] }),
      panel.post('/users/bulk', { ids: [id], action: 'ban' }),
      panel.post('/users/1/grant', { planId: id }),
    ];
    for (const { status, body } of await Promise.all(sent)) {
      expect([id, status, body.error.code]).toEqual([id, 400, 'request']);
    }
  }
  for (const chat of [0, -1, 1.5, 2_147_483_648]) {
    for (const what of ['payments', 'users']) {
      expect((await panel.post('/exports', { what, filter: { chat } })).status).toBe(400);
    }
  }
});

test('what no route asks for is told as malformed, whichever route it is', async () => {
  for (const route of routes) {
    const method = route.method.toLowerCase() as 'get' | 'post' | 'put' | 'delete';
    const name = `${route.method} ${route.url}`;
    const asked = await who(route)[method](`${pathOf(route, '1')}?nobodyAsksFor=1`);
    expect([name, asked.status, asked.body.error.code]).toEqual([name, 400, 'request']);
    if (!route.hasBody) expect(asked.body.error.fields, name).toMatchObject({ nobodyAsksFor: UNKNOWN });
    if (method === 'get') continue;
    const sent = await who(route)[method](pathOf(route, '1'), { nobodyAsksFor: 1 });
    expect([name, sent.status, sent.body.error.code]).toEqual([name, 400, 'request']);
  }
});

const at = (place: unknown) => `cursor=${Buffer.from(JSON.stringify(place)).toString('base64url')}`;

test('a place in a list that was never given out leads nowhere, and breaks nothing', async () => {
  const lists = routes.filter(
    ({ method, url }) => method === 'GET' && !url.includes(':id') && url !== '/events',
  );
  const places = [
    [],
    [0],
    [-1],
    [2 ** 31],
    [2 ** 53],
    ['9'.repeat(18)],
    [1, '-271821-04-20'],
    ['-271821-04-20', 1],
    ['+275760-09-13', '1'],
    ['0000-01-01', '1'],
    [null, null],
    { a: 1 },
    'x',
  ];
  for (const route of lists) {
    if (route.url.endsWith('.csv')) continue;
    for (const place of places) {
      const { status } = await who(route).get(`${pathOf(route, '1')}?${at(place)}`);
      expect([200, 400, 404], `${route.url} ${JSON.stringify(place)}`).toContain(status);
    }
  }
});

test('dates and sums at the ends of what can be are read or refused', async () => {
  const panel = owner.of(shop.shop);
  for (const query of [
    '/users?endsBefore=0000-01-01T00:00:00Z',
    '/users?endsBefore=9999-12-31T23:59:59.999Z',
    '/users.csv?endsBefore=0000-01-01T00:00:00Z',
    '/payments?from=0000-01-01&to=9999-12-31',
    '/payments?min=99999999999999999999&max=0',
    '/payments/totals?from=0000-01-01&to=0001-01-01',
    '/audit?from=0000-01-01&to=9999-12-31',
    `/users?q=${'9'.repeat(100)}`,
    `/payments?q=${'9'.repeat(100)}`,
    `/receipts?q=${'9'.repeat(18)}`,
  ]) {
    const { status } = query.includes('.csv')
      ? await fetch(`${platform.app.origin}/panel/api/bots/${shop.shop.id}${query}`, {
          headers: owner.headers,
        })
      : await panel.get(query);
    expect([200, 400, 422], query).toContain(status);
  }
  for (const query of [
    '/mod/audit?from=0000-01-01',
    '/mod/payments?from=0000-01-01&bot=9999999999999999999',
  ]) {
    expect([200, 400], query).toContain((await moderator.get(query)).status);
  }
});
