import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { MANAGER_ROLES, mayDo, type Right } from '../../../src/kernel/rights.ts';
import { newDraft } from '../../support/growth/broadcasts.ts';
import { askPanel } from '../../support/panel/ask-panel.ts';
import { listPanelRoutes, type PanelRoute } from '../../support/panel/panel-routes.ts';
import { openBrowserPanel, openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { buyAccess, moderatorReadsEnglish, openShop, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';

/** What a parameter may stand for that is no row: any of its words does. */
const WORDS: Readonly<Record<string, string>> = {
  audience: 'all',
  field: 'uses',
  key: 'welcome',
  language: 'uz',
  mode: 'days',
  name: 'grace',
  role: 'receipts',
  state: 'live',
};

/** What is sent along with a row of another bot: right in all but whose the row is. */
const BODIES: Readonly<Record<string, (rows: Rows) => unknown>> = {
  'POST /receipts/:id/reject': () => ({ reason: 'amount' }),
  'POST /users/:id/grant': ({ plans }) => ({ planId: plans }),
  'PUT /promo/:id/set/:field': () => ({ value: '5' }),
  'PUT /sources/:id/cost': () => ({ value: '5 000' }),
  'POST /broadcasts': () => ({ text: 'Hi' }),
  'PUT /texts/:key': () => ({ value: 'Hi' }),
  'PUT /settings/:name': () => ({ value: 3 }),
};

type Noun =
  | 'receipts'
  | 'payments'
  | 'users'
  | 'plans'
  | 'promo'
  | 'sources'
  | 'broadcasts'
  | 'chats'
  | 'referral'
  | 'refunds'
  | 'team'
  | 'sessions'
  | 'confirmations';
type Rows = Readonly<Record<Noun, number>>;

let platform: Platform;
let routes: PanelRoute[];
let shop: Shop;
/** Another bot of the same owner. */
let second: Shop;
let rows: Rows;
let rowsOfSecond: Rows;

beforeAll(async () => {
  platform = await startPlatform();
  routes = await listPanelRoutes(platform.app.services);
  shop = await openShop(platform);
  second = await openShop(platform, { owner: shop.owner });
  await moderatorReadsEnglish(platform);
  rows = await fill(shop);
  rowsOfSecond = await fill(second);
  await platform.quiet();
});
afterAll(async () => {
  await platform.closesClean();
});

/** One row of everything that a bot has. */
async function fill(one: Shop): Promise<Rows> {
  const { database, clock } = platform;
  const panel = (await openPanel(platform, one.owner)).of(one.shop);
  const { paymentId, endUserId } = await buyAccess(platform, one);
  const friend = await buyAccess(platform, one);
  const { botId } = await database.endUser.findUniqueOrThrow({ where: { id: endUserId } });
  const attempt = await database.paymentAttempt.create({
    data: {
      botId,
      paymentId,
      provider: 'stars',
      currency: 'XTR',
      providerTxnId: `t${botId}`,
      amount: 1n,
      state: 'paid',
      createTime: 1n,
    },
  });
  const refund = await database.refund.create({
    data: { botId, reason: 'duplicate', attemptId: attempt.id, status: 'open', createdAt: clock.now() },
  });
  const referral = await database.referral.create({
    data: {
      botId,
      inviterId: endUserId,
      friendId: friend.endUserId,
      kind: 'days',
      value: 7,
      friendPercent: 0,
      arrivedAt: clock.now(),
      paymentId: friend.paymentId,
      status: 'held',
    },
  });
  const browser = (await openBrowserPanel(platform, one.owner)).of(one.shop);
  const card = { number: '8600 4444 3333 2222', holder: 'AZIZ AZIZOV' };
  const { confirmation } = (await browser.put('/settings/card', card)).body;
  const session = await database.panelSession.findFirstOrThrow({ where: { endedAt: null } });
  const { managerId } = await newManager(platform, one, 'support', { firstName: 'Helper' });
  return {
    receipts: paymentId,
    payments: paymentId,
    users: endUserId,
    plans: one.planId,
    promo: (await panel.post('/promo', { code: 'WALKED' })).body.id,
    sources: (await panel.post('/sources', { name: 'Walked' })).body.id,
    broadcasts: await newDraft(platform, one, one.owner),
    chats: await channelOf(one),
    referral: referral.id,
    refunds: refund.id,
    team: managerId,
    sessions: session.id,
    confirmations: confirmation.id,
  };
}

/** Of which noun a parameter names a row; null: it is a word of ours. */
function nounOf({ url }: PanelRoute, param: string): Noun | null {
  if (Object.hasOwn(WORDS, param)) return null;
  if (param === 'planId') return 'plans';
  if (param === 'promoId') return 'promo';
  if (param === 'channelId') return 'chats';
  if (param === 'sourceId') return 'sources';
  const noun = /\/([\w-]+)\/:id\b/.exec(url)?.[1] ?? '';
  if (param === 'id' && Object.hasOwn(rows, noun)) return noun as Noun;
  throw new Error(`Nobody has said what :${param} of ${url} is`);
}

/** @param rowsOf whose row each parameter names */
function address(route: PanelRoute, botId: number, rowsOf: (param: string) => Rows): string {
  return route.url.replace(/:(\w+)/g, (_, param: string) => {
    if (param === 'botId') return String(botId);
    const noun = nounOf(route, param);
    return String(noun === null ? WORDS[param] : rowsOf(param)[noun]);
  });
}

/** Of the others everything is known by their own tests: whoever may open these sees their own alone. */
const belowBot = ({ url }: PanelRoute) => url.startsWith('/bots/:botId');
const belowPlatform = ({ url }: PanelRoute) => url.startsWith('/mod');
const nameOf = ({ method, url }: PanelRoute) => `${method} ${url.replace('/bots/:botId', '')}`;

async function ask(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {},
) {
  const answer = await askPanel(platform.app.origin, method, path, {
    headers: { 'idempotency-key': crypto.randomUUID(), ...headers },
    ...(method === 'GET' || body === undefined ? {} : { body }),
  });
  const error = answer.body?.error;
  return { status: answer.status, error: error && JSON.stringify({ ...error, requestId: '' }) };
}

/** Written every few seconds by whatever counts what is done. */
const COUNTS = ['active_people', 'hourly_figures', 'health_probes'];

/** What there is, but for how far each message has come. */
async function everything(): Promise<unknown> {
  await platform.quiet();
  const tables = await platform.database.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1`;
  const found = [];
  for (const { name } of tables.filter((table) => !COUNTS.includes(table.name))) {
    const row = name === 'promises' ? '(t.id, t.kind, t.payload)' : 't';
    const all = await platform.database.$queryRawUnsafe<object[]>(
      `SELECT md5(coalesce(string_agg(${row}::text, '|' ORDER BY ${row}::text), '')) AS "${name}" FROM "${name}" t`,
    );
    found.push(...all);
  }
  return found;
}

/** Asks each as somebody to whom it is nothing: not one answers otherwise than an address of nothing, or changes anything. */
async function meetsNothing(
  person: SandboxPerson,
  asked: readonly { method: string; path: string; body?: unknown }[],
) {
  const { headers } = await openPanel(platform, person);
  const nothing = await ask('GET', '/nowhere', { headers });
  expect(nothing.status).toBe(404);
  const before = await everything();
  for (const { method, path, body } of asked) {
    const answer = await ask(method, path, { headers, body });
    expect({ asked: `${method} ${path}`, ...answer }).toEqual({ asked: `${method} ${path}`, ...nothing });
  }
  expect(await everything()).toEqual(before);
}

test('every route is known', () => {
  expect(routes.length).toBeGreaterThan(60);
  for (const route of routes.filter((one) => !belowPlatform(one))) {
    for (const param of route.params.filter((name) => name !== 'botId')) {
      expect(() => nounOf(route, param)).not.toThrow();
    }
  }
});

test('nobody who is not signed in is told anything of any route', async () => {
  const before = await everything();
  const nothing = await ask('GET', '/nowhere');
  expect(await ask('PUT', '/nowhere')).toEqual(nothing);
  expect(nothing).toMatchObject({ status: 401, error: expect.stringContaining('session.none') });
  for (const route of routes.filter(({ isOpen }) => !isOpen)) {
    const path = route.url.replaceAll(/:\w+/g, '1');
    expect({ asked: nameOf(route), ...(await ask(route.method, path, { body: {} })) }).toEqual({
      asked: nameOf(route),
      ...nothing,
    });
  }
  expect(await everything()).toEqual(before);
});

test('another owner, and a moderator, meet nothing at any route of a bot', async () => {
  const asked = routes.filter(belowBot).map((route) => ({
    method: route.method,
    path: address(route, shop.shop.id, () => rows),
    body: BODIES[nameOf(route)]?.(rows) ?? {},
  }));
  expect(asked.length).toBeGreaterThan(40);
  await meetsNothing((await openShop(platform)).owner, asked);
  await meetsNothing(platform.moderator, asked);
});

/** What each role may not: the whole table, beside what the routes say of themselves. */
const OWNERS_ALONE =
  /^(?:POST \/(?:un)?mute|DELETE|GET \/(?:team(?:\/:id)?|audit\b.*|.*\.csv)|PUT \/settings\/card|POST \/exports|POST \/team\/(?!(?::id\/)?leave$).*)$/;

test.each(MANAGER_ROLES)('who helps with %s meets nothing at any route beyond that', async (role) => {
  const { manager } = await newManager(platform, shop, role, { firstName: `Helper ${role}` });
  const asked = routes.filter(belowBot).filter(({ right }) => !right || !mayDo(role, right));
  expect(asked.length).toBeGreaterThan(8);
  await meetsNothing(
    manager,
    asked.map((route) => ({
      method: route.method,
      path: address(route, shop.shop.id, () => rows),
      body: BODIES[nameOf(route)]?.(rows) ?? {},
    })),
  );
});

test('each route says by which right it may be asked, or is the owner’s alone', () => {
  const alone = routes.filter(belowBot).filter(({ right }) => right === undefined);
  expect(alone.map(nameOf).filter((name) => !OWNERS_ALONE.test(name.trim()))).toEqual([]);
  const rights = (right: Right) =>
    routes
      .filter(belowBot)
      .filter((route) => route.right === right)
      .map(nameOf);
  expect(rights('look').map((name) => name.trim())).toEqual([
    'GET',
    'POST /team/leave',
    'POST /team/:id/leave',
  ]);
  expect(rights('receipts').every((name) => name.includes(' /receipts'))).toBe(true);
  expect(rights('people').every((name) => name.includes(' /users'))).toBe(true);
});

test.each(MANAGER_ROLES)('who helps with %s reads what their right is about', async (role) => {
  const { manager } = await newManager(platform, shop, role, { firstName: `Reader ${role}` });
  const { headers } = await openPanel(platform, manager);
  const asked = routes
    .filter(belowBot)
    .filter(
      ({ method, right, url }) => method === 'GET' && right && mayDo(role, right) && !url.endsWith('/file'),
    );
  for (const route of asked) {
    const answer = await ask(
      'GET',
      address(route, shop.shop.id, () => rows),
      { headers },
    );
    expect({ asked: nameOf(route), status: answer.status }).toEqual({
      asked: nameOf(route),
      status: expect.toSatisfy((status: number) => status === 200 || status === 202),
    });
  }
  const me = await ask('GET', '/me', { headers });
  expect(me.status).toBe(200);
});

test('a manager forges nothing of another bot of the same owner', async () => {
  const { manager } = await newManager(platform, shop, 'all', { firstName: 'Forger' });
  const asked = routes.filter(belowBot).map((route) => ({
    method: route.method,
    path: address(route, second.shop.id, () => rowsOfSecond),
    body: BODIES[nameOf(route)]?.(rowsOfSecond) ?? {},
  }));
  await meetsNothing(manager, asked);
});

test('a row of another bot of the same owner is nothing, in each parameter', async () => {
  const asked = routes.filter(belowBot).flatMap((route) =>
    route.params
      .filter((param) => param !== 'botId' && nounOf(route, param) !== null)
      .map((foreign) => {
        const makeBody = BODIES[nameOf(route)];
        if (route.hasBody && !makeBody) throw new Error(`Nobody has said what ${nameOf(route)} is sent`);
        return {
          method: route.method,
          path: address(route, second.shop.id, (param) => (param === foreign ? rows : rowsOfSecond)),
          body: makeBody?.(rowsOfSecond),
        };
      }),
  );
  expect(asked.length).toBeGreaterThan(25);
  await meetsNothing(shop.owner, asked);
});

test('a row of another bot within what is sent is nothing, either', async () => {
  const panel = (await openPanel(platform, shop.owner)).of(second.shop);
  const before = await everything();
  const price = { channelId: await channelOf(shop), months: 1, price: '1 000' };
  expect((await panel.put('/plans', price)).status).toBe(404);
  const decisions = [{ id: rows.receipts, action: 'approve' }];
  for (const [path, sent] of [
    ['/receipts/decisions', { decisions }],
    ['/users/bulk', { ids: [rows.users], action: 'ban' }],
  ] as const) {
    const { body } = await panel.post(path, sent);
    expect(body.results).toMatchObject([{ ok: false, error: { code: 'notFound' } }]);
  }
  expect(await everything()).toEqual(before);
});

test('what is somebody’s own is nothing to anybody else', async () => {
  const own = routes.filter((route) => !belowBot(route) && !belowPlatform(route) && route.params.length > 0);
  const asked = own.map((route) => ({ method: route.method, path: address(route, 0, () => rows) }));
  expect(asked.length).toBeGreaterThan(1);
  await meetsNothing((await openShop(platform)).owner, asked);
});

test('an owner meets nothing at any route of the platform', async () => {
  const asked = routes.filter(belowPlatform).map(({ method, url }) => ({
    method,
    path: url.replaceAll(/:\w+/g, '1'),
    body: {},
  }));
  expect(asked.length).toBeGreaterThan(15);
  await meetsNothing(shop.owner, asked);
});

async function channelOf({ planId }: Shop): Promise<number> {
  return (await platform.database.plan.findUniqueOrThrow({ where: { id: planId } })).channelId;
}
