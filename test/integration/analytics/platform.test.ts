import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../../src/infra/postgres/prisma.ts';
import { createAnalyticsService } from '../../../src/modules/statistics/analytics/analytics-service.ts';
import { factsOfBots } from '../../../src/modules/statistics/analytics/facts-queries.ts';
import { createFactsStore } from '../../../src/modules/statistics/analytics/facts-store.ts';
import { factsOfPlatform } from '../../../src/modules/statistics/analytics/platform-queries.ts';
import { connect } from '../../support/database/contents.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.ts';

const timeZone = 'Asia/Tashkent';
const MODERATOR = { kind: 'moderator', telegramUserId: 9n } as const;
const MONTHS = { from: '2026-09', to: '2026-11' };
const now = new Date('2026-11-21T09:00:00Z');

let testDatabase: TestDatabase;
let client: pg.Client;
let database: Database;

/**
 * Two owners with a bot each. The first has paid for a tariff since September, month after month; the second did once, and
 * left.
 */
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  client = await connect(testDatabase);
  database = createDatabase({ url: testDatabase.url, poolSize: 3 });
  const day = (date: string) => `timestamptz '2026-${date} 12:00:00+05'`;
  await client.query(`
    INSERT INTO user_admins (telegram_id, full_name, language, created_at)
      VALUES (1, 'Aziz', 'en', ${day('08-20')}), (2, 'Bobur', 'en', ${day('11-01')});
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, created_at)
      SELECT id, 1000 + id, 'none', 'club_' || id, 'Club ' || id, created_at FROM user_admins;
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, connected_at)
      SELECT id, -id, 'channel', 'Club', created_at FROM user_bots;
    INSERT INTO plans (channel_id, duration_months, price) SELECT id, 1, 50000 FROM channels;
    INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
      SELECT 100 + id, id, 'Buyer', 'en', created_at FROM user_bots;
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, delivered_at, status)
      SELECT id, id, created_at, ${day('12-20')}, created_at, 'active' FROM end_users;
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, currency, status,
                          is_test, created_at, approved_at) VALUES
      (1, 1, 1, 1, 1, 50000, 'card', 'UZS', 'approved', false, ${day('09-30')}, ${day('10-01')}),
      (1, 1, 1, 1, 1, 50000, 'card', 'UZS', 'approved', false, ${day('11-02')}, ${day('11-02')}),
      (1, 1, 1, 1, 1, 20, 'starsub', 'XTR', 'approved', false, ${day('11-03')}, ${day('11-03')}),
      (1, 1, 1, 1, 1, 70000, 'payme', 'UZS', 'approved', true, ${day('11-03')}, ${day('11-03')}),
      (2, 2, 2, 2, 1, 60000, 'card', 'UZS', 'approved', false, ${day('11-04')}, ${day('11-04')}),
      (2, 2, 2, 2, 1, 60000, 'card', 'UZS', 'reversed', false, ${day('11-05')}, ${day('11-05')});
    INSERT INTO admin_subscriptions (user_admin_id, plan, started_at, expires_at, amount_paid, status) VALUES
      (1, '1month', ${day('09-10')}, ${day('12-10')}, 297000, 'active'), (2, '1month', ${day('09-15')}, ${day('10-15')}, 99000, 'expired');
    INSERT INTO merchant_accounts (user_bot_id, provider, details, created_at) VALUES (2, 'payme', '{}', ${day('09-15')});
    INSERT INTO tariff_payments (user_admin_id, merchant_account_id, purpose, duration_months, amount, status, created_at, approved_at,
                                 extended_from) VALUES
      (1, NULL, 'tariff', 1, 99000, 'approved', ${day('09-10')}, ${day('09-10')}, ${day('09-10')}),
      (1, NULL, 'tariff', 1, 99000, 'approved', ${day('10-09')}, ${day('10-09')}, ${day('10-10')}),
      (1, NULL, 'tariff', 1, 99000, 'approved', ${day('11-09')}, ${day('11-09')}, ${day('11-10')}),
      (2, NULL, 'tariff', 1, 99000, 'approved', ${day('09-15')}, ${day('09-15')}, NULL),
      (2, 1, 'connection', 0, 300000, 'approved', ${day('09-15')}, ${day('09-15')}, NULL),
      (2, NULL, 'tariff', 1, 99000, 'rejected', ${day('10-15')}, NULL, NULL)`);
});
afterEach(async () => {
  await database.close();
  await client.end();
  await testDatabase.drop();
});

function newService() {
  const clock = { now: () => now };
  const deps = {
    ...database,
    clock,
    feed: { changed: () => undefined },
    observeBuild: () => undefined,
    report: () => undefined,
  };
  return createAnalyticsService({
    ...deps,
    factsStore: createFactsStore(deps, factsOfBots({ timeZone })),
    platformStore: createFactsStore(deps, factsOfPlatform({ timeZone })),
    timeZone,
    moderatorIds: [MODERATOR.telegramUserId],
  });
}

async function readPlatform() {
  const report = await newService().platform(MODERATOR, MONTHS);
  if (report === 'computing') throw new Error('There is nothing yet.');
  return report;
}

test('what is paid through the platform is told by month, method and currency, and which bots took the most', async () => {
  const { asOf, now: present, months, bots } = await readPlatform();
  expect(asOf).toEqual(now);
  expect(present).toEqual({ live: 2, sellingBots: 2, newOwners: 1 });
  const card = { method: 'card', currency: 'UZS' };
  expect(months).toEqual([
    { month: '2026-09', newOwners: 0, turnover: [] },
    { month: '2026-10', newOwners: 0, turnover: [{ ...card, amount: 5_000_000n, sales: 1 }] },
    {
      month: '2026-11',
      newOwners: 1,
      turnover: expect.arrayContaining([
        { ...card, amount: 11_000_000n, sales: 2 },
        { method: 'stars', currency: 'XTR', amount: 20n, sales: 1 },
      ]),
    },
  ]);
  expect(bots).toEqual([
    { telegramBotId: 1002n, username: 'club_2', name: 'Club 2', turnover: 6_000_000n, sales: 1 },
    { telegramBotId: 1001n, username: 'club_1', name: 'Club 1', turnover: 5_000_000n, sales: 1 },
  ]);
});

test('what the platform earns itself is told as of any shop, with owners in the place of subscribers', async () => {
  const { overview, forecast } = (await readPlatform()).own;
  const month = 9_900_000n;
  expect(overview.now).toMatchObject({ mrr: month, paying: 1, lifetime: 0, live: 1, arpu: month });
  expect(overview.months).toMatchObject([
    {
      turnover: 2n * month,
      sales: { new: 2, renewal: 0, return: 0 },
      mrr: 2n * month,
      started: 2,
      lost: 0,
      due: 0,
    },
    {
      turnover: month,
      sales: { new: 0, renewal: 1, return: 0 },
      mrr: month,
      ended: 1,
      lost: 1,
      churn: 0.5,
      due: 2,
      renewed: 1,
    },
    { turnover: month, sales: { new: 0, renewal: 1, return: 0 }, mrr: month, due: 1, renewed: 1 },
  ]);
  expect(forecast.total).toEqual({ due: 1, value: month, expected: null });
  expect(forecast.days.find(({ due }) => due > 0)).toMatchObject({ day: '2026-12-10', value: month });
});

test('it is no owner’s, and a bot is no other owner’s', async () => {
  const owner = { kind: 'owner', telegramUserId: 1n } as const;
  const scope = {
    botId: 2,
    telegramBotId: 1002n,
    botUsername: 'club_2',
    ownerId: 2,
    ownerTelegramUserId: 2n,
  };
  const service = newService();
  const refused = { code: 'notFound' };
  await expect(service.platform(owner, MONTHS)).rejects.toMatchObject(refused);
  await expect(service.platform({ ...MODERATOR, telegramUserId: 8n }, MONTHS)).rejects.toMatchObject(refused);
  await expect(service.overview(scope, owner, { ...MONTHS, currency: 'UZS' })).rejects.toMatchObject(refused);
});
