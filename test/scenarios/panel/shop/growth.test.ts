import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let panel: Awaited<ReturnType<typeof openShopPanel>>;

async function openShopPanel(one: Shop) {
  return (await openPanel(platform, one.owner)).of(one.shop);
}

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform, { username: 'growing_bot' });
  panel = await openShopPanel(shop);
});
afterAll(async () => {
  await platform.closesClean();
});

const newCode = async (code: string) => (await panel.post('/promo', { code })).body.id as number;
const statusOf = async (answer: Promise<{ status: number; body: { error?: { code: string } } | null }>) => {
  const { status, body } = await answer;
  return body?.error ? [status, body.error.code] : status;
};

test('a promo code is made, set up, switched and removed as in the bot', async () => {
  const made = await panel.post('/promo', { code: ' summer20 ' });
  expect([made.status, made.body]).toEqual([
    200,
    {
      id: expect.any(Number),
      code: 'SUMMER20',
      kind: null,
      value: null,
      off: null,
      uses: null,
      each: 1,
      from: null,
      until: null,
      audience: 'all',
      plans: [],
      on: false,
      link: 'https://t.me/growing_bot?start=p_SUMMER20',
      results: {
        attached: 0,
        reserved: 0,
        used: 0,
        people: 0,
        discount: { amount: '0.00', currency: 'UZS' },
        turnover: { amount: '0.00', currency: 'UZS' },
        renewals: 0,
      },
    },
  ]);
  const at = `/promo/${made.body.id}`;
  const { status, body } = await panel.post(`${at}/on`);
  expect([status, body.error.code]).toEqual([409, 'promo.noKind']);
  expect(body.error.current).toMatchObject({ on: false, kind: null });
  for (const [field, value] of [
    ['percent', '20%'],
    ['uses', '100'],
    ['each', '-'],
    ['until', '31.12.2026'],
  ] as const) {
    expect([field, await statusOf(panel.put(`${at}/set/${field}`, { value }))]).toEqual([field, 204]);
  }
  expect(await statusOf(panel.post(`${at}/for/new`))).toBe(204);
  expect(await statusOf(panel.post(`${at}/plan/${shop.planId}`))).toBe(204);
  expect((await panel.get(at)).body).toMatchObject({
    kind: 'percent',
    value: 20,
    uses: 100,
    each: null,
    until: '2026-12-31',
    audience: 'new',
    plans: [shop.planId],
    on: true,
  });
  expect(await statusOf(panel.put(`${at}/set/fixed`, { value: '5 000' }))).toBe(204);
  expect((await panel.get(at)).body).toMatchObject({
    kind: 'fixed',
    value: null,
    off: { amount: '5000.00', currency: 'UZS' },
  });
  expect(await statusOf(panel.post(`${at}/off`))).toBe(204);
  expect((await panel.get('/promo')).body).toMatchObject({ items: [{ code: 'SUMMER20', on: false }] });
  expect(await statusOf(panel.post(`${at}/remove`))).toBe(204);
  expect((await panel.get('/promo')).body).toEqual({ items: [], next: null });
  expect(await statusOf(panel.get(at))).toEqual([404, 'notFound']);
});

test('codes are listed once each, the newest first', async () => {
  for (const code of ['FIRST', 'SECOND', 'THIRD']) await newCode(code);
  const first = await panel.get('/promo?limit=2');
  expect(first.body.items.map(({ code }: { code: string }) => code)).toEqual(['THIRD', 'SECOND']);
  await newCode('FOURTH');
  const second = await panel.get(`/promo?limit=2&cursor=${first.body.next}`);
  expect(second.body).toMatchObject({ items: [{ code: 'FIRST' }], next: null });
});

test('what is no code, taken, out of range or of another plan is refused, and nothing changes', async () => {
  const id = await newCode('CHEATED');
  const other = await openShop(platform);
  const before = (await panel.get(`/promo/${id}`)).body;
  for (const [answer, expected] of [
    [panel.post('/promo', { code: 'CHEATED' }), [422, 'promo.taken']],
    [panel.post('/promo', { code: 'я' }), [422, 'promo.malformed']],
    [panel.post('/promo', { code: 'OK12', on: true }), [400, 'request']],
    [panel.put(`/promo/${id}/set/percent`, { value: '100' }), [422, 'promoField.number']],
    [panel.put(`/promo/${id}/set/until`, { value: '31.02.2026' }), [422, 'promoField.date']],
    [panel.put(`/promo/${id}/set/fixed`, { value: 'x' }), [422, 'price.malformed']],
    [panel.put(`/promo/${id}/set/code`, { value: 'X' }), [404, 'notFound']],
    [panel.post(`/promo/${id}/for/everybody`), [404, 'notFound']],
    [panel.post(`/promo/${id}/plan/${other.planId}`), [404, 'notFound']],
    [panel.get('/promo?cursor=x'), [400, 'request']],
  ] as const) {
    expect(await statusOf(answer)).toEqual(expected);
  }
  expect((await panel.get(`/promo/${id}`)).body).toEqual(before);
});

test('a source is made, given a code and a cost, and archived', async () => {
  const made = await panel.post('/sources', { name: 'Kun.uz reklama' });
  expect([made.status, made.body]).toMatchObject([
    200,
    {
      name: 'Kun.uz reklama',
      slug: 'kun-uz-reklama',
      archived: false,
      link: 'https://t.me/growing_bot?start=c_kun-uz-reklama',
      promo: null,
      cost: null,
      funnel: { people: 0, turnover: { amount: '0.00', currency: 'UZS' } },
    },
  ]);
  const at = `/sources/${made.body.id}`;
  const promoId = await newCode('FORADS');
  expect(await statusOf(panel.post(`${at}/promo/${promoId}`))).toBe(204);
  expect(await statusOf(panel.put(`${at}/cost`, { value: '300 000' }))).toBe(204);
  expect((await panel.get(at)).body).toMatchObject({
    promo: 'FORADS',
    cost: { amount: '300000.00', currency: 'UZS' },
  });
  expect(await statusOf(panel.post(`${at}/promo/0`))).toBe(204);
  expect(await statusOf(panel.put(`${at}/cost`, { value: '-' }))).toBe(204);
  expect(await statusOf(panel.post(`${at}/archive`))).toBe(204);
  expect((await panel.get('/sources')).body.items).toMatchObject([{ archived: true }]);
  const refused = await panel.post(`${at}/promo/${promoId}`);
  expect(refused.body.error).toMatchObject({
    code: 'source.archived',
    current: { archived: true, promo: null },
  });
});

test('a source without a name, or with another bot’s code, is refused', async () => {
  const id = (await panel.post('/sources', { name: 'Telegram' })).body.id;
  const other = await openShop(platform);
  const theirs = (await (await openShopPanel(other)).post('/promo', { code: 'THEIRS' })).body.id;
  for (const [answer, expected] of [
    [panel.post('/sources', { name: ' ' }), [422, 'source.noName']],
    [panel.post('/sources', { name: 'x'.repeat(33) }), [422, 'source.longName']],
    [panel.post(`/sources/${id}/promo/${theirs}`), [404, 'notFound']],
    [panel.put(`/sources/${id}/cost`, { value: 'much' }), [422, 'price.malformed']],
    [panel.put(`/sources/${id}/cost`, { value: 5 }), [400, 'request']],
  ] as const) {
    expect(await statusOf(answer)).toEqual(expected);
  }
  expect((await panel.get(`/sources/${id}`)).body).toMatchObject({ promo: null, cost: null });
});

test('what inviters get is chosen, and how they do is shown', async () => {
  expect(await statusOf(panel.post('/referral/days'))).toBe(204);
  expect((await panel.get('/referral')).body).toEqual({
    mode: 'days',
    came: 0,
    bought: 0,
    turnover: { amount: '0.00', currency: 'UZS' },
    rewards: { came: 0, given: 0, waiting: 0, held: 0, capped: 0, denied: 0, void: 0 },
    best: [],
    held: [],
  });
  expect(await statusOf(panel.post('/referral/free'))).toEqual([404, 'notFound']);
  expect(await statusOf(panel.post('/referral/999/give'))).toEqual([404, 'notFound']);
});

test('a reward that waits for the owner’s word is given once', async () => {
  const { botId, endUserId: inviterId } = await newEndUser('Inviter');
  const friend = await newEndUser('Friend');
  const { id } = await platform.database.referral.create({
    data: {
      botId,
      inviterId,
      friendId: friend.endUserId,
      kind: 'days',
      value: 7,
      friendPercent: 0,
      arrivedAt: platform.clock.now(),
      status: 'held',
    },
  });
  expect(await statusOf(panel.post(`/referral/${id}/deny`))).toBe(204);
  const again = await panel.post(`/referral/${id}/deny`);
  expect([again.status, again.body.error.code, again.body.error.current.rewards.denied]).toEqual([
    409,
    'referralDecided',
    1,
  ]);
});

async function newEndUser(firstName: string) {
  const person = platform.telegram.newPerson({ firstName });
  await person.starts(shop.shop);
  const { id, botId } = await platform.database.endUser.findFirstOrThrow({
    where: { telegramUserId: BigInt(person.id) },
  });
  return { endUserId: id, botId };
}
