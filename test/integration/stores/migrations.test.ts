import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MigrationError, migrate } from '../../../src/infra/postgres/migrations.ts';
import { createBlankDatabase, type TestDatabase } from '../../support/database/database.ts';

const FIRST = 'CREATE TABLE owners (id serial PRIMARY KEY);\nCREATE TABLE bots (id serial PRIMARY KEY);\n';

let directory: string;
let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'getolog-migrations-'));
  await write('20260101000000_first', FIRST);
  await write('20260102000000_second', 'ALTER TABLE owners ADD COLUMN name text;');
  await writeFile(join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n');
  database = await createBlankDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
  await rm(directory, { recursive: true });
});

test('migrations are applied in order and recorded as Prisma records them', async () => {
  expect(await migrate(database.url, { directory })).toEqual([
    '20260101000000_first',
    '20260102000000_second',
  ]);
  const { rows } = await client.query('SELECT * FROM _prisma_migrations ORDER BY migration_name');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    checksum: createHash('sha256').update(FIRST).digest('hex'),
    migration_name: '20260101000000_first',
    started_at: expect.any(Date),
    finished_at: expect.any(Date),
    logs: null,
    rolled_back_at: null,
    applied_steps_count: 1,
  });
});

test('a second run does nothing, a later one only what is new', async () => {
  await migrate(database.url, { directory });
  expect(await migrate(database.url, { directory })).toEqual([]);
  await write('20260103000000_third', 'ALTER TABLE owners ADD COLUMN age integer;');
  expect(await migrate(database.url, { directory })).toEqual(['20260103000000_third']);
});

test('of many processes that migrate at once each migration is applied by one', async () => {
  const runs = await Promise.all(Array.from({ length: 8 }, () => migrate(database.url, { directory })));
  expect(runs.flat().sort()).toEqual(['20260101000000_first', '20260102000000_second']);
});

test('who has to wait for another process says so', async () => {
  const PRISMAS_LOCK = 72_707_369;
  await client.query('SELECT pg_advisory_lock($1)', [PRISMAS_LOCK]);
  let run: Promise<string[]> = Promise.resolve([]);
  const said = await new Promise<string>((say) => {
    run = migrate(database.url, { directory, say });
  });
  expect(said).toContain('Another process is migrating');
  await client.query('SELECT pg_advisory_unlock($1)', [PRISMAS_LOCK]);
  expect(await run).toHaveLength(2);
});

test('who holds the lock for too long is named, and the wait ends', async () => {
  await client.query(`SET application_name = 'a hanging one'`);
  await client.query('BEGIN; SELECT pg_advisory_xact_lock(72707369)');
  const refusal = await migrate(database.url, { directory, waitLimitMs: 50 }).catch(
    (error: unknown) => error,
  );
  expect(String(refusal)).toMatch(
    /does not come to an end: “a hanging one”, process \d+ of Postgres, since /,
  );
  await client.query('ROLLBACK');
  expect(await migrate(database.url, { directory })).toHaveLength(2);
});

test('a table that a backup reads is waited for in short goes: nobody else stands behind us', async () => {
  await migrate(database.url, { directory, until: '20260101000000_first' });
  const backup = new pg.Client({ connectionString: database.url });
  await backup.connect();
  await backup.query('BEGIN; SELECT FROM owners');
  const words: string[] = [];
  const waiting = migrate(database.url, {
    directory,
    say: (word) => {
      words.push(word);
      if (words.length === 1) void backup.query('COMMIT');
    },
  });
  // The live program goes on while we wait.
  await client.query('INSERT INTO owners DEFAULT VALUES');
  expect(await waiting).toEqual(['20260102000000_second']);
  expect(words[0]).toBe('The migration 20260102000000_second waits for a table that another program holds.');
  await backup.end();
});

test('who waits for a table that we hold, while we wait for theirs, is never the one that is given up', async () => {
  await write(
    '20260103000000_third',
    'ALTER TABLE owners ADD COLUMN age integer; ALTER TABLE bots ADD COLUMN age integer;',
  );
  await migrate(database.url, { directory, until: '20260102000000_second' });
  await client.query('BEGIN; INSERT INTO bots DEFAULT VALUES');
  const words: string[] = [];
  const migrating = migrate(database.url, { directory, say: (word) => words.push(word) });
  await expect.poll(() => holdsTable('owners')).toBe(true);
  await client.query('INSERT INTO owners DEFAULT VALUES; COMMIT');
  expect(await migrating).toEqual(['20260103000000_third']);
  expect(words.length).toBeGreaterThan(0);
});

test('a table that is held for too long is told, and nothing is left behind', async () => {
  await migrate(database.url, { directory, until: '20260101000000_first' });
  await client.query('BEGIN; SELECT FROM owners');
  await expect(migrate(database.url, { directory, waitLimitMs: 1 })).rejects.toThrow(
    /^The migration 20260102000000_second waits for a table that another program holds/,
  );
  await client.query('COMMIT');
  expect(await migrate(database.url, { directory })).toEqual(['20260102000000_second']);
});

test('no lock stays with a connection that somebody else gets next', async () => {
  await migrate(database.url, { directory });
  const { rows } = await client.query(
    `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  expect(rows).toEqual([]);
});

test('an applied migration that was changed is refused', async () => {
  await migrate(database.url, { directory });
  await write('20260101000000_first', `${FIRST}-- changed`);
  await expectRefusal('20260101000000_first was changed after it had been applied');
});

test('a database that is newer than the program is refused', async () => {
  await migrate(database.url, { directory });
  await rm(join(directory, '20260102000000_second'), { recursive: true });
  await expectRefusal('it is newer than the program');
});

test('a database in which Prisma recorded a failure is refused until the failure is resolved', async () => {
  await migrate(database.url, { directory });
  await client.query(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%second'`);
  await expectRefusal('20260102000000_second is recorded as failed');
  await client.query(`ALTER TABLE owners DROP COLUMN name`);
  await client.query(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL`);
  expect(await migrate(database.url, { directory })).toEqual(['20260102000000_second']);
});

test('a migration that fails halfway leaves nothing behind and can be run again when it is mended', async () => {
  await write('20260103000000_third', 'CREATE TABLE half (id serial); SELECT 1 / 0;');
  await expectRefusal('20260103000000_third failed and left nothing behind: division by zero');
  const { rows } = await client.query(`SELECT to_regclass('half') AS half`);
  expect(rows).toEqual([{ half: null }]);

  await write('20260103000000_third', 'CREATE TABLE half (id serial);');
  expect(await migrate(database.url, { directory })).toEqual(['20260103000000_third']);
});

test("the program's own migrations bring a blank database up to date", async () => {
  const applied = await migrate(database.url);
  expect(applied[0]).toBe('20261121000000_init');
  expect(await migrate(database.url)).toEqual([]);
});

/** Whether somebody changes its shape at the moment. */
async function holdsTable(table: string): Promise<boolean> {
  const observer = new pg.Client({ connectionString: database.url });
  await observer.connect();
  const { rows } = await observer.query(
    `SELECT 1 FROM pg_locks WHERE relation = to_regclass('${table}') AND mode = 'AccessExclusiveLock' AND granted`,
  );
  await observer.end();
  return rows.length > 0;
}

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, 'migration.sql'), sql);
}

async function expectRefusal(words: string): Promise<void> {
  const refusal = await migrate(database.url, { directory }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(MigrationError);
  expect(String(refusal)).toContain(words);
}
