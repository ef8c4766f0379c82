import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let panel: ReturnType<Awaited<ReturnType<typeof openPanel>>['of']>;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  panel = (await openPanel(platform, shop.owner)).of(shop.shop);
  await platform.database.$executeRaw`
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$`;
});
afterAll(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

/** The database fails at every change of some rows, and of no other. */
async function breaks(table: 'payments' | 'end_users', ids: readonly number[]): Promise<void> {
  await platform.database.$executeRawUnsafe(
    `CREATE TRIGGER broken BEFORE UPDATE ON ${table} FOR EACH ROW WHEN (OLD.id IN (${ids.join()})) EXECUTE FUNCTION fail()`,
  );
}

test('a fault at one receipt of many leaves the others decided, each with its outcome, and is reported once', async () => {
  const ids: number[] = [];
  for (const firstName of ['One', 'Two', 'Three', 'Four']) {
    ids.push(await payFor(platform, shop, await newBuyer(platform, shop, { firstName })));
  }
  await platform.quiet();
  const [first = 0, second = 0, third = 0, fourth = 0] = ids;
  await breaks('payments', [second, third]);
  const { status, body } = await panel.post('/receipts/decisions', {
    decisions: [
      { id: first, action: 'approve' },
      { id: second, action: 'approve' },
      { id: third, action: 'reject', reason: 'amount' },
      { id: first, action: 'reject', reason: 'amount' },
      { id: fourth, action: 'reject', text: 'Not ours' },
    ],
  });
  const fault = { code: 'fault', message: expect.stringContaining('our side') };
  expect([status, body.results]).toEqual([
    200,
    [
      { id: first, ok: true, state: 'approved' },
      { id: second, ok: false, error: fault },
      { id: third, ok: false, error: fault },
      {
        id: first,
        ok: false,
        error: {
          code: 'payment.approved',
          message: expect.any(String),
          current: expect.objectContaining({ id: first, state: 'approved' }),
        },
      },
      { id: fourth, ok: true, state: 'rejected' },
    ],
  ]);
  expect((await panel.get(`/receipts/${second}`)).body.state).toBe('pending');
  expect(platform.faults.splice(0)).toHaveLength(1);
});

test('a fault at one person of many leaves the others as was asked for, and is reported once', async () => {
  const buyers = [
    await newBuyer(platform, shop),
    await newBuyer(platform, shop),
    await newBuyer(platform, shop),
  ];
  const rows = await platform.database.endUser.findMany({
    where: { telegramUserId: { in: buyers.map(({ id }) => BigInt(id)) } },
    orderBy: { id: 'asc' },
  });
  const [first = 0, second = 0, third = 0] = rows.map(({ id }) => id);
  await breaks('end_users', [second]);
  const { body } = await panel.post('/users/bulk', { ids: [first, second, third], action: 'ban' });
  expect(body.results).toEqual([
    { id: first, ok: true },
    { id: second, ok: false, error: { code: 'fault', message: expect.any(String) } },
    { id: third, ok: true },
  ]);
  const states = await Promise.all([first, second, third].map((id) => panel.get(`/users/${id}`)));
  expect(states.map((answer) => answer.body.state)).toEqual(['banned', 'never', 'banned']);
  expect(platform.faults.splice(0)).toHaveLength(1);
});
