import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunPrepared } from '../../src/infra/postgres/prepared.ts';
import { createDatabase, type Database } from '../../src/infra/postgres/prisma.ts';
import { createUnitOfWork } from '../../src/kernel/unit-of-work.ts';
import { createEndUserService } from '../../src/modules/end-users/end-user-service.ts';
import { FOLLOWERS } from '../../src/modules/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/database.ts';
import { eventually } from '../support/eventually.ts';

const NOW = new Date('2026-11-21T09:00:00Z');
const BOTS = 3;

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase({ url: testDatabase.url, poolSize: 6 });
  await database.pool.query(`
    INSERT INTO user_admins (telegram_id, full_name, language, created_at)
      SELECT n, 'Owner ' || n, 'en', '${NOW.toISOString()}' FROM generate_series(1, ${BOTS}) n;
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, created_at)
      SELECT n, 1000 + n, '', 'bot' || n, 'Bot', '${NOW.toISOString()}' FROM generate_series(1, ${BOTS}) n`);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** What one process has. */
function newProcess({ write = database.write }: { write?: RunPrepared } = {}) {
  const woken: bigint[] = [];
  const { prisma, read } = database;
  const clock = { now: () => NOW };
  const waker = {
    wake: async (due: readonly { id: bigint }[]) => void woken.push(...due.map(({ id }) => id)),
  };
  const feed = { changed: () => undefined };
  const deps = { prisma, read, write, clock, waker, feed };
  const transact = createUnitOfWork({ ...deps, followers: FOLLOWERS });
  return {
    woken,
    ...createEndUserService({ ...deps, transact, hashPerson: async () => BigInt, attributions: [] }),
  };
}

const scopeOf = (botId: number) => ({
  botId,
  telegramBotId: 1000n + BigInt(botId),
  botUsername: `bot${botId}`,
  ownerId: botId,
  ownerTelegramUserId: BigInt(botId),
});

const personOf = (telegramUserId: number) => ({
  telegramUserId: BigInt(telegramUserId),
  username: telegramUserId % 2 === 0 ? null : `person_"${telegramUserId}`,
  fullName: `Person, {${telegramUserId}}\\ 👋`,
  languageCode: 'ru',
});

const noticesOf = (endUserId: number) =>
  database.prisma.outboxMessage.findMany({ where: { key: `new-end-user:${endUserId}` } });

test('of many who come to several bots through two processes at once each is registered once, and told of once', async () => {
  const [one, other] = [newProcess(), newProcess()];
  const coming = Array.from({ length: 60 }, (_, nth) => ({
    scope: scopeOf(1 + (nth % BOTS)),
    person: personOf(5_000 + nth),
  }));
  const visits = await Promise.all([
    ...coming.map(({ scope, person }) => one.visit(scope, person, null)),
    ...coming.toReversed().map(({ scope, person }) => other.visit(scope, person, null)),
  ]);
  expect(new Set(visits.map(({ id }) => id)).size).toBe(60);
  for (const { scope, person } of coming) {
    const rows = await database.prisma.endUser.findMany({ where: { telegramUserId: person.telegramUserId } });
    expect(rows).toHaveLength(1);
    const [row] = rows;
    const { username, fullName } = person;
    expect(row).toMatchObject({ botId: scope.botId, username, fullName, language: 'ru', createdAt: NOW });
    const notices = await noticesOf(row?.id ?? 0);
    expect(notices.map(({ kind, botId, payload }) => ({ kind, botId, payload }))).toEqual([
      {
        kind: 'small-notice',
        botId: scope.botId,
        payload: {
          to: { kind: 'owner', ownerId: scope.ownerId },
          notice: { kind: 'newEndUser', endUserId: row?.id },
          quiet: true,
        },
      },
    ]);
  }
  expect([...one.woken, ...other.woken]).toHaveLength(60);
});

test('two processes to which the same people come in another order never wait for each other', async () => {
  const failures: unknown[] = [];
  const write: RunPrepared = (statement, values) =>
    database.write(statement, values).catch((error: unknown) => {
      failures.push(error);
      throw error;
    }) as never;
  const [one, other] = [newProcess({ write }), newProcess({ write })];
  const people = Array.from({ length: 20 }, (_, nth) => personOf(6_000 + nth));
  const client = await database.pool.connect();
  // Whoever stands in the middle is being registered elsewhere: both reach them having done one half.
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at) VALUES (6010, 1, 'Middle', 'ru', now())`,
  );
  const visits = [
    ...people.map((person) => one.visit(scopeOf(1), person, null)),
    ...people.toReversed().map((person) => other.visit(scopeOf(1), person, null)),
  ];
  await eventually(async () => {
    const { rows } = await database.pool.query(
      `SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
    );
    expect(rows).toHaveLength(2);
  });
  await client.query('COMMIT');
  client.release();
  expect(new Set((await Promise.all(visits)).map(({ id }) => id)).size).toBe(20);
  expect(failures).toEqual([]);
});

test('whoever owns the bot is registered, and hears nothing of it', async () => {
  const owner = await newProcess().visit(scopeOf(2), personOf(2), null);
  expect(owner).toMatchObject({ telegramUserId: 2n, hasChosenLanguage: false, banned: false });
  expect(await noticesOf(owner.id)).toEqual([]);
});

test('a statement for many that fails turns nobody out: each is registered alone', async () => {
  const broken = newProcess({
    write: () => Promise.reject(new Error('Something is wrong with one of them')),
  });
  const visits = await Promise.all([7_001, 7_002].map((id) => broken.visit(scopeOf(3), personOf(id), null)));
  for (const { id } of visits) expect(await noticesOf(id)).toHaveLength(1);
});

test('while Postgres is unavailable nobody is registered twice by trying another way', async () => {
  const gone = Object.assign(new Error('terminating connection'), { code: '57P01' });
  const waiting = newProcess({ write: () => Promise.reject(gone) });
  await expect(waiting.visit(scopeOf(3), personOf(8_001), null)).rejects.toBe(gone);
  expect(await database.prisma.endUser.count({ where: { telegramUserId: 8_001n } })).toBe(0);
});
