import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/infra/postgres/prisma.ts';
import { PrismaClient } from '../../src/infra/prisma-client/client.ts';
import { createUnitOfWork } from '../../src/kernel/unit-of-work.ts';
import { createEndUserService } from '../../src/modules/end-users/end-user-service.ts';
import { FOLLOWERS } from '../../src/modules/index.ts';
import { createModerationService } from '../../src/modules/moderation/moderation-service.ts';
import type { Page } from '../../src/shared/page.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/database.ts';
import { rowsReadBy } from '../support/database/rows-read.ts';

const MANY = 10_000;
const NOW = '2026-11-21T09:00:00Z';
/** A page, and the one row more that says whether another follows. */
const PAGE = 11;

interface Asked {
  query: string;
  params: string;
}

let testDatabase: TestDatabase;
let database: Database;
let client: pg.Client;
let asked: Asked[];
let endUsers: ReturnType<typeof createEndUserService>;
let moderation: ReturnType<typeof createModerationService>;
let close: () => Promise<void>;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase({ url: testDatabase.url, poolSize: 2 });
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: testDatabase.url }),
    log: [{ emit: 'event', level: 'query' }],
  });
  prisma.$on('query', (event) => asked.push(event));
  close = () => prisma.$disconnect();
  const clock = { now: () => new Date(NOW) };
  const waker = { wake: () => Promise.resolve() };
  const { read, write } = database;
  const feed = { changed: () => undefined };
  const deps = { prisma, read, write, clock, waker, feed };
  const transact = createUnitOfWork({ ...deps, followers: FOLLOWERS });
  endUsers = createEndUserService({ ...deps, transact, hashPerson: async () => BigInt, attributions: [] });
  moderation = createModerationService({
    ...deps,
    transact,
    moderatorIds: [MODERATOR.telegramUserId],
    invalidate: () => Promise.resolve(),
  });
  client = new pg.Client({ connectionString: testDatabase.url });
  await client.connect();
  // One bot has many people, one has ten, and as many others are newer than all of them.
  await client.query(`
    INSERT INTO user_admins (telegram_id, full_name, language, created_at)
      SELECT n, 'Owner ' || n, 'en', '${NOW}' FROM generate_series(1, ${MANY}) n;
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, created_at)
      SELECT n, 1000 + n, '', 'bot' || n, 'Bot', '${NOW}' FROM generate_series(1, 3) n;
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, connected_at)
      SELECT id, -id, 'channel', 'Channel', '${NOW}' FROM user_bots;
    INSERT INTO plans (channel_id, duration_months, price) SELECT id, 1, 50000 FROM channels;
    INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
      SELECT n, CASE WHEN n <= 10 THEN 2 WHEN n <= ${MANY + 10} THEN 1 ELSE 3 END, 'Somebody', 'uz', '${NOW}'
        FROM generate_series(1, ${MANY * 2 + 10}) n;
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method,
                          status, created_at)
      SELECT id, user_bot_id, user_bot_id, user_bot_id, 1, 50000, 'card',
             CASE WHEN id <= 20 THEN 'reversed' WHEN id % 3 = 0 THEN 'rejected' ELSE 'approved' END, '${NOW}'
        FROM end_users;
    INSERT INTO audit_log (actor, action, target, tenant, at)
      SELECT 'owner:1', 'bot.paused', 'bot:1', 1, '${NOW}' FROM generate_series(1, ${MANY}) n`);
  await client.query('VACUUM ANALYZE');
});
afterAll(async () => {
  await client.end();
  await close();
  await database.close();
  await testDatabase.drop();
});

/** The most rows that one statement of a page reads. */
async function costOf(read: () => Promise<Page<unknown>>): Promise<{ page: Page<unknown>; most: number }> {
  asked = [];
  const page = await read();
  let most = 0;
  for (const { query, params } of asked.filter(({ query: sql }) => /^\s*SELECT/.test(sql))) {
    const values = JSON.parse(params) as unknown[];
    most = Math.max(most, await rowsReadBy(client, { text: query, values }));
  }
  return { page, most };
}

const scopeOf = (botId: number) => ({
  botId,
  telegramBotId: 1000n + BigInt(botId),
  botUsername: `bot${botId}`,
  ownerId: botId,
  ownerTelegramUserId: BigInt(botId),
});

const ownerOf = (botId: number) => ({ kind: 'owner', telegramUserId: BigInt(botId) }) as const;
const MODERATOR = { kind: 'moderator', telegramUserId: 1n } as const;
const FAR = String(MANY / 2);

describe.each([
  ['people of a bot', (before: string) => endUsers.list(scopeOf(1), ownerOf(1), before)],
  ['owners', (before: string) => moderation.listOwners(MODERATOR, before)],
  ['all payments', (before: string) => moderation.listPayments(MODERATOR, { filter: 'all', before })],
  [
    'payments in a usual state',
    (before: string) => moderation.listPayments(MODERATOR, { filter: 'approved', before }),
  ],
  ['the trail', (before: string) => moderation.listAudit(MODERATOR, before)],
])('%s, ten thousand of them', (_what, list) => {
  test.each([
    ['the first page', '0'],
    ['a page in the middle', FAR],
    ['the last page', '45'],
  ])('%s reads no more than it shows', async (_page, before) => {
    const { page, most } = await costOf(() => list(before));
    expect(page.items).toHaveLength(10);
    expect(most).toBeLessThanOrEqual(PAGE);
  });
});

test('ten people are read like ten thousand', async () => {
  const few = await costOf(() => endUsers.list(scopeOf(2), ownerOf(2), '0'));
  const many = await costOf(() => endUsers.list(scopeOf(1), ownerOf(1), '0'));
  expect(few.page.items).toHaveLength(10);
  expect(few.most).toBeLessThanOrEqual(many.most);
});

test('payments in a rare state are found without reading the others', async () => {
  const { page, most } = await costOf(() =>
    moderation.listPayments(MODERATOR, { filter: 'reversed', before: '0' }),
  );
  expect(page.items).toHaveLength(10);
  expect(most).toBeLessThanOrEqual(PAGE);
  const none = await costOf(() => moderation.listPayments(MODERATOR, { filter: 'cancelled', before: '0' }));
  expect(none.page.items).toHaveLength(0);
  expect(none.most).toBe(0);
});
