import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../support/database/database.ts';
import { readDatamodel } from '../../support/database/datamodel.ts';
import {
  shapesOfDatabase,
  shapesOfDatamodel,
  type TableShapes,
} from '../../support/database/table-shapes.ts';

let wanted: TableShapes;

beforeAll(async () => {
  wanted = shapesOfDatamodel(await readDatamodel());
});

test('the migrated database is what the Prisma schema says', async () => {
  expect(Object.keys(wanted)).toContain('subscriptions');
  expect(await shapesAfter([])).toEqual(wanted);
});

test.each([
  ['a column that only the database has', 'ALTER TABLE plans ADD COLUMN note text'],
  ['a column that only the schema has', 'ALTER TABLE plans DROP COLUMN is_active CASCADE'],
  ['a table that only the database has', 'CREATE TABLE notes (id integer)'],
  ['a table that only the schema has', 'DROP TABLE platform_settings'],
  ['another precision of money', 'ALTER TABLE payments ALTER COLUMN amount TYPE numeric(10,2)'],
  ['another precision of time', 'ALTER TABLE payments ALTER COLUMN created_at TYPE timestamptz'],
  ['a narrower Telegram id', 'ALTER TABLE user_admins ALTER COLUMN telegram_id TYPE integer'],
  ['another nullability', 'ALTER TABLE end_users ALTER COLUMN full_name DROP NOT NULL'],
  ['a default that is missing', 'ALTER TABLE channels ALTER COLUMN currency DROP DEFAULT'],
  ['another default', "ALTER TABLE channels ALTER COLUMN currency SET DEFAULT 'USD'"],
  ['a unique key that is missing', 'DROP INDEX end_users_telegram_id_user_bot_id_key'],
  ['an index that is missing', 'DROP INDEX payments_status_id_idx'],
  ['an index that only the database has', 'CREATE INDEX ON payments (amount)'],
  ['a foreign key that is missing', 'ALTER TABLE plans DROP CONSTRAINT plans_channel_id_fkey'],
])('%s is noticed', async (_, sql) => {
  expect(await shapesAfter([sql])).not.toEqual(wanted);
});

async function shapesAfter(changes: string[]): Promise<TableShapes> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    for (const sql of changes) await client.query(sql);
    return await shapesOfDatabase(database.url);
  } finally {
    await client.end();
    await database.drop();
  }
}
