import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordFault } from '../../../src/infra/observability/fault-record.ts';
import { eventually } from '../../support/eventually.ts';
import { askPanel, initDataOf } from '../../support/panel/ask-panel.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { parseExposition, sampleOf } from '../../support/servers/prometheus.ts';
import { openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

const FAULT = {
  name: 'TypeError',
  message: 'plan is undefined',
  at: 'main-abc123.js:1:2345',
  screen: '/panel/bots/:id/receipts',
};
const lines = (word: string) => platform.log.filter((line) => line.includes(word));

/** The line of the last request for this route. */
async function lineOf(route: string) {
  const [line] = await eventually(async () => {
    const found = lines('a request of the panel').filter((one) => JSON.parse(one).route === route);
    expect(found.length, route).toBeGreaterThan(0);
    return found.slice(-1);
  });
  return { line, read: JSON.parse(line ?? '') };
}

async function metrics() {
  const response = await fetch(`${platform.app.origin}/metrics`);
  return parseExposition(await response.text());
}

test('what fails in a page is told as what fails here, and tells no secret', async () => {
  const panel = await openPanel(platform, shop.owner);
  const another = await openPanel(platform, shop.owner);
  const token = another.headers['authorization']?.replace('Bearer ', '') ?? '';
  const initData = initDataOf(shop.owner, { botToken: platform.mainBot.token, at: platform.clock.now() });
  const said = [
    'card 8600 1234 5678 9012',
    `of ${token}`,
    `tgWebAppData=${encodeURIComponent(initData)}`,
    initData,
    platform.mainBot.token,
    'code 7KQ2-M9XD',
  ];
  for (const message of said) {
    const sent = {
      ...FAULT,
      message: message.slice(0, 200),
      screen: `/panel/bots/${shop.shop.id}/users?q=Bobur`,
    };
    expect((await panel.post('/faults', sent)).status).toBe(204);
  }
  const told = lines('"part":"page"');
  expect(told).toHaveLength(said.length);
  expect(JSON.parse(told[0] ?? '')).toMatchObject({
    level: 50,
    part: 'page',
    screen: '/panel/bots/:id/users',
    err: { name: 'TypeError', message: 'card [number]' },
  });
  const hash = new URLSearchParams(initData).get('hash') ?? '';
  for (const secret of ['8600 1234', token, hash, '7KQ2', 'first_name', 'Bobur']) {
    expect(
      told.filter((line) => line.includes(secret)),
      secret,
    ).toEqual([]);
  }
  expect(platform.faults).toHaveLength(said.length);
  expect(recordFault(platform.faults[0])).toEqual([{ name: 'TypeError', frames: [] }]);
});

test('its place is told where it is one of the pages’ own files, and its name where it is one', async () => {
  const [file = ''] = readdirSync(new URL('../../../dist/panel/site/assets/', import.meta.url)).filter(
    (name) => name.endsWith('.js'),
  );
  const panel = await openPanel(platform, shop.owner);
  const before = platform.faults.length;
  await panel.post('/faults', { ...FAULT, name: 'Bobur', at: `${file}:1:2345` });
  await panel.post('/faults', { ...FAULT, at: '../../../package.json:1:1' });
  expect(platform.faults.slice(before).map(recordFault)).toEqual([
    [{ name: 'Error', frames: [{ file: `dist/panel/site/assets/${file}`, line: 1, column: 2345 }] }],
    [{ name: 'TypeError', frames: [] }],
  ]);
});

test('a page that fails on and on is heard ten times a minute, and nobody else is held back by it', async () => {
  const panel = await openPanel(platform, (await openShop(platform)).owner);
  const statuses = [];
  for (let time = 0; time < 11; time += 1) statuses.push((await panel.post('/faults', FAULT)).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 204), 429]);
  const refused = await panel.post('/faults', FAULT);
  expect([refused.status, refused.body.error.code]).toEqual([429, 'tooFast']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const another = await openPanel(platform, (await openShop(platform)).owner);
  expect((await another.post('/faults', FAULT)).status).toBe(204);
});

test('what is no fault of a page, or comes from nobody, is refused', async () => {
  const panel = await openPanel(platform, (await openShop(platform)).owner);
  for (const wrong of [
    { ...FAULT, message: 'x'.repeat(201) },
    { ...FAULT, at: 'x'.repeat(201) },
    { ...FAULT, stack: 'at all' },
    { name: 'TypeError' },
  ]) {
    const { status, body } = await panel.post('/faults', wrong);
    expect([status, body.error.code]).toEqual([400, 'request']);
  }
  expect((await askPanel(platform.app.origin, 'POST', '/faults', { body: FAULT })).status).toBe(401);
});

test('each request leaves one line: its route, what became of it, and never what was asked', async () => {
  const panel = await openPanel(platform, shop.owner);
  const about = { requestId: expect.stringMatching(/^[\da-f-]{36}$/), method: 'GET', ms: expect.any(Number) };
  const answer = await panel.of(shop.shop).get('/payments?q=Gulbahor');
  const { read } = await lineOf('/panel/api/bots/:botId/payments');
  expect(read).toMatchObject({
    ...about,
    requestId: answer.headers.get('x-request-id'),
    status: 200,
    role: 'owner',
  });
  await panel.get('/Gulbahor?q=Gulbahor');
  expect((await lineOf('/panel/api/*')).read).toMatchObject({ ...about, status: 404, role: 'owner' });
  await askPanel(platform.app.origin, 'GET', '/me');
  expect((await lineOf('/panel/api/me')).read).toMatchObject({ ...about, status: 401, role: 'nobody' });
  await fetch(`${platform.app.origin}/panel/bots/${shop.shop.id}/users?q=Gulbahor`);
  expect((await lineOf('/panel/*')).read).toMatchObject({ ...about, status: 200, role: 'nobody' });
  expect(lines('Gulbahor')).toEqual([]);
  expect(lines(String(shop.shop.id)).filter((line) => line.includes('of the panel'))).toEqual([]);
});

test('metrics count requests by what they are about, devices and open streams, and name no bot', async () => {
  const panel = await openPanel(platform, shop.owner);
  await panel.of(shop.shop).get('/receipts');
  await panel.of(shop.shop).get('/receipts/999999');
  const page = new AbortController();
  await fetch(`${platform.app.origin}/panel/api/events`, { headers: panel.headers, signal: page.signal });
  await eventually(async () => {
    const seen = await metrics();
    expect(sampleOf(seen, 'getolog_panel_streams')).toBe(1);
    expect(sampleOf(seen, 'getolog_panel_receipt_files')).toBe(0);
    expect(sampleOf(seen, 'getolog_panel_sessions')).toBeGreaterThan(0);
    const requests = (group: string, status: string) =>
      sampleOf(seen, 'getolog_panel_requests_total', { group, status });
    expect(requests('receipts', '200')).toBe(1);
    expect(requests('receipts', '404')).toBe(1);
    expect(requests('session', '200')).toBeGreaterThan(0);
    expect(sampleOf(seen, 'getolog_panel_request_duration_seconds_count', { group: 'receipts' })).toBe(2);
  });
  page.abort();
  await eventually(async () => expect(sampleOf(await metrics(), 'getolog_panel_streams')).toBe(0));
  await eventually(async () =>
    expect(
      sampleOf(await metrics(), 'getolog_panel_requests_total', { group: 'events', status: '200' }),
    ).toBe(1),
  );
});
