import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { buyAccess, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let other: Shop;
let panel: ReturnType<Awaited<ReturnType<typeof openPanel>>['of']>;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  other = await openShop(platform);
  await buyAccess(platform, shop, { firstName: 'Bobur' });
  panel = (await openPanel(platform, shop.owner)).of(shop.shop);
});
afterAll(async () => {
  await platform.closesClean();
});

type Line = { at: string; action: string; text: string; target: string; actor: { kind: string } };
const lines = async (query: string): Promise<Line[]> => (await panel.get(`/audit${query}`)).body.items;

test('an owner reads who did what on the bot, in words, the newest first', async () => {
  const { status, body } = await panel.get('/audit');
  expect(status).toBe(200);
  expect(body.items[0]).toEqual({
    id: expect.stringMatching(/^\d+$/),
    at: expect.any(String),
    actor: { kind: 'owner', name: 'Aziz' },
    action: 'payment.approved',
    target: expect.stringMatching(/^payment:\d+$/),
    text: expect.stringMatching(/^Payment approved · payment no. \d+$/),
  });
  const times = body.items.map(({ at }: Line) => at);
  expect(times).toEqual(times.toSorted().toReversed());
  expect(body.next).toBeNull();
});

test('nothing of another bot is there', async () => {
  const { botId } = await platform.database.auditEntry.findFirstOrThrow({
    where: { actor: `owner:${shop.owner.id}` },
  });
  const all = await lines('?limit=100');
  expect(all).toHaveLength(await platform.database.auditEntry.count({ where: { botId } }));
  expect(await lines(`?actor=owner:${other.owner.id}`)).toEqual([]);
});

test('each line comes once, page by page, while others come in', async () => {
  const before = (await lines('?limit=100')).length;
  const seen: string[] = [];
  let cursor = '';
  do {
    const { body } = await panel.get(`/audit?limit=2${cursor}`);
    seen.push(...body.items.map(({ at, action, target }: Line) => `${at} ${action} ${target}`));
    cursor = body.next && `&cursor=${body.next}`;
    await panel.put('/settings/unique', { value: true });
  } while (cursor);
  expect(seen).toHaveLength(before);
  expect(new Set(seen).size).toBe(before);
});

test('it is narrowed by person, action and day', async () => {
  const prices = await lines('?action=plan.price-set');
  expect(prices.map(({ action }) => action)).toEqual(['plan.price-set']);
  expect((await lines('?action=plan')).every(({ action }) => action.startsWith('plan.'))).toBe(true);
  expect((await lines('?actor=owner')).every(({ actor }) => actor.kind === 'owner')).toBe(true);
  expect(await lines(`?actor=${shop.owner.id}&action=bot.card-set`)).toHaveLength(1);
  expect(await lines('?actor=moderator')).toEqual([]);
  const today = prices[0]?.at.slice(0, 10);
  expect(await lines(`?action=plan.price-set&from=${today}&to=${today}`)).toHaveLength(1);
  expect(await lines('?to=2020-01-01')).toEqual([]);
  expect(await lines('?from=2099-01-01')).toEqual([]);
});

test('an owner is offered who acted on the bot, the latest first, and finds what each of them did', async () => {
  await panel.put('/settings/unique', { value: false });
  const { status, body } = await panel.get('/audit/actors');
  expect(status).toBe(200);
  expect(body.items[0]).toEqual({ actor: `owner:${shop.owner.id}`, kind: 'owner', name: 'Aziz' });
  for (const { actor, kind } of body.items) {
    const found = await lines(`?actor=${actor}`);
    expect(found.length, actor).toBeGreaterThan(0);
    expect(found.every((line) => line.actor.kind === kind)).toBe(true);
  }
  expect(JSON.stringify(body)).not.toContain(String(other.owner.id));
});

test('that a moderator acted is told, and which of them did is not', async () => {
  const { botId } = await platform.database.auditEntry.findFirstOrThrow({
    where: { actor: `owner:${shop.owner.id}` },
  });
  const actor = `moderator:${platform.moderator.id}`;
  await platform.database.auditEntry.create({
    data: { at: platform.clock.now(), actor, action: 'bot.released', target: 'bot:1', botId },
  });
  const told = await lines('?actor=moderator');
  expect(told.map((line) => line.actor)).toEqual([{ kind: 'moderator', name: null }]);
  for (const id of [platform.moderator.id, actor])
    expect(await lines(`?actor=${id}`), String(id)).toEqual([]);
  for (const answer of [await panel.get('/audit/actors'), await panel.get('/audit')]) {
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toContain(String(platform.moderator.id));
  }
});

test('it is told in the language of whoever reads', async () => {
  const russian = await openShop(platform, { languageCode: 'ru' });
  const { body } = await (await openPanel(platform, russian.owner)).of(russian.shop).get('/audit');
  expect(JSON.stringify(body)).toMatch(/[а-яё]/i);
  expect(JSON.stringify(body)).not.toMatch(/Bot added|Price set/);
});

test('what is malformed is told as that', async () => {
  for (const query of [
    'actor=%25',
    'actor=o_ner',
    'action=%25',
    'from=today',
    'cursor=x',
    'limit=0',
    'x=1',
  ]) {
    expect([query, (await panel.get(`/audit?${query}`)).status]).toEqual([query, 400]);
  }
});
