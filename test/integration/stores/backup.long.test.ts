import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backUpDatabase } from '../../../src/infra/backup/backup.ts';
import { BackupError, checkBackupFile } from '../../../src/infra/backup/backup-file.ts';
import { type RestoreSummary, restoreDatabase } from '../../../src/infra/backup/restore.ts';
import { migrate } from '../../../src/infra/postgres/migrations.ts';
import { connect, contentOf, fillDatabase, query, sequencesOf } from '../../support/database/contents.ts';
import {
  createBlankDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../../support/database/database.ts';
import { shapesOfDatabase } from '../../support/database/table-shapes.ts';

const LAST_MIGRATION = 'SELECT max(migration_name) AS name FROM _prisma_migrations';

let directory: string;
let file: string;
let database: TestDatabase;
let target: TestDatabase;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'getolog-backup-'));
  file = join(directory, 'backup.jsonl.gz');
  [database, target] = await Promise.all([createTestDatabase(), createBlankDatabase()]);
  await fillDatabase(database);
});

afterEach(async () => {
  await Promise.all([database.drop(), target.drop()]);
  await rm(directory, { recursive: true });
});

describe('a backup', () => {
  test('comes back row by row, to the last digit, with its keys and the numbers that come next', async () => {
    const before = await contentOf(database);
    expect(Object.keys(before).filter((table) => before[table]?.length === 0)).toEqual([]);
    const written = await backUpDatabase(database.url, file);
    const restored = await restore();

    expect(await contentOf(target)).toEqual(before);
    expect(restored).toMatchObject(written);
    expect(await sequencesOf(target)).toEqual(await sequencesOf(database));
    expect(await shapesOfDatabase(target.url)).toEqual(await shapesOfDatabase(database.url));
  });

  test('sends nothing again: a broadcast that was under way is paused, one that was to start is a draft', async () => {
    await query(
      database,
      `INSERT INTO broadcasts (user_bot_id, created_by, from_chat_id, message_id, segment, status, created_at, starts_at, started_at)
         SELECT min(id), 1, 1, 1, '{}', status, now(), now(), now()
           FROM user_bots, unnest(ARRAY['sending', 'scheduled', 'done']) status GROUP BY status`,
    );
    await backUpDatabase(database.url, file);
    expect(await restore()).toMatchObject({ heldBroadcasts: 2 });
    const rows = await query(
      target,
      `SELECT status, pause_reason, starts_at IS NULL AS waits FROM broadcasts WHERE created_by = 1 ORDER BY status`,
    );
    expect(rows).toEqual([
      { status: 'done', pause_reason: null, waits: false },
      { status: 'draft', pause_reason: null, waits: true },
      { status: 'paused', pause_reason: 'asked', waits: false },
    ]);
  });

  test('is the state of one moment, whatever is written meanwhile', async () => {
    const writer = await connect(database);
    let isDone = false;
    const writing = (async () => {
      for (let n = 0; !isDone; n += 1) {
        await writer.query('BEGIN');
        await writer.query(`INSERT INTO platform_settings VALUES ('n${n}', '', now())`);
        await writer.query(
          `INSERT INTO audit_log (id, actor, action, target, at) VALUES (${n}, '', '', '', now())`,
        );
        await writer.query('COMMIT');
      }
    })();
    await backUpDatabase(database.url, file);
    isDone = true;
    await writing;
    await writer.end();
    await restore();
    const content = await contentOf(target);
    expect(content['platform_settings']?.length).toBe(content['audit_log']?.length);
  });

  test('is readable by its user alone, holds no token in the clear, and has a name only when complete', async () => {
    await backUpDatabase(database.url, file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['backup.jsonl.gz']);
    expect(gunzipSync(await readFile(file)).toString()).toContain('gAAAAABencrypted');
  });

  test('never takes the place of another file', async () => {
    await writeFile(file, 'precious');
    await expect(backUpDatabase(database.url, file)).rejects.toThrow('exists already: nothing was written');
    expect(await readFile(file, 'utf8')).toBe('precious');
    expect(await readdir(directory)).toEqual(['backup.jsonl.gz']);
  });

  test('of a database without tables is refused', async () => {
    await expect(backUpDatabase(target.url, file)).rejects.toThrow('there is nothing to back up');
    expect(await readdir(directory)).toEqual([]);
  });

  test('of an older program is brought up to date', async () => {
    const old = await createBlankDatabase();
    await migrate(old.url, { until: '20261121170000_bot_checks' });
    await query(
      old,
      `INSERT INTO user_admins (telegram_id, full_name, language, created_at) VALUES (1, 'Owner', 'uz', now());
       INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, created_at)
         VALUES (1, 2, '', 'shop_bot', 'Shop', now())`,
    );
    await backUpDatabase(old.url, file);
    await old.drop();
    await restore(file);
    expect(await query(target, 'SELECT bot_username, webhook_taken_times AS times FROM user_bots')).toEqual([
      { bot_username: 'shop_bot', times: 0 },
    ]);
  });

  test('of a program that knew no bundles has what each payment is for, and which are open', async () => {
    const old = await createBlankDatabase();
    await migrate(old.url, { until: '20261128110000_outbox_retry_at' });
    await query(
      old,
      `INSERT INTO user_admins (telegram_id, full_name, language, created_at) VALUES (1, 'Owner', 'uz', now());
       INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, created_at)
         VALUES (1, 2, '', 'shop_bot', 'Shop', now());
       INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, connected_at) VALUES (1, -1, 'channel', 'Club', now());
       INSERT INTO plans (channel_id, duration_months, price) VALUES (1, 1, 50000);
       INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
         SELECT n, 1, 'Buyer', 'uz', now() FROM generate_series(1, 6) n;
       INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status, created_at)
         SELECT n, 1, 1, 1, 1, 50000, 'card', (ARRAY['created', 'pending', 'approved', 'rejected', 'cancelled', 'reversed'])[n], now()
           FROM generate_series(1, 6) n`,
    );
    await backUpDatabase(old.url, file);
    await old.drop();
    await restore(file);
    expect(await query(target, 'SELECT * FROM plan_chats')).toEqual([{ plan_id: 1, channel_id: 1 }]);
    expect(
      await query(
        target,
        'SELECT c.*, p.status FROM payment_chats c JOIN payments p ON p.id = c.payment_id ORDER BY c.payment_id',
      ),
    ).toEqual(
      ['created', 'pending', 'approved', 'rejected', 'cancelled', 'reversed'].map((status, index) => ({
        payment_id: index + 1,
        channel_id: 1,
        end_user_id: index + 1,
        is_open: status === 'created' || status === 'pending',
        status,
      })),
    );
    // Written after the restore, by a program that knows no more: the triggers are at work again.
    await query(target, `UPDATE payments SET status = 'cancelled' WHERE status = 'created'`);
    expect(await query(target, 'SELECT payment_id FROM payment_chats WHERE is_open')).toEqual([
      { payment_id: 2 },
    ]);
  });

  test('of a database to which a migration with an earlier name came later is whole', async () => {
    await query(
      database,
      `UPDATE _prisma_migrations SET started_at = now() WHERE migration_name LIKE '%_tariffs'`,
    );
    await backUpDatabase(database.url, file);
    await restore();
    expect(await contentOf(target)).toEqual(await contentOf(database));
  });
});

describe('a restore', () => {
  beforeEach(() => backUpDatabase(database.url, file));

  test('works in a database that is migrated and empty', async () => {
    const migrated = await createTestDatabase();
    await restoreDatabase(migrated.url, await checkBackupFile(file));
    expect(await contentOf(migrated)).toEqual(await contentOf(database));
    await migrated.drop();
  });

  test('into a database that holds anything is refused and changes nothing', async () => {
    await query(target, `CREATE TABLE notes (word text); INSERT INTO notes VALUES ('kept')`);
    await expect(restore()).rejects.toThrow('The database is not empty (there are rows in notes)');
    expect(await contentOf(target)).toEqual({ notes: ['(kept)'] });
  });

  test('a second time is refused', async () => {
    await restore();
    const before = await contentOf(target);
    await expect(restore()).rejects.toThrow('The database is not empty');
    expect(await contentOf(target)).toEqual(before);
  });

  test.each([
    ['in the midst', 0.5],
    ['right at its beginning', 0.001],
    ['in its last bytes', 0.9999],
  ])('of a file that was cut %s is refused and leaves the database empty', async (_, share) => {
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, Math.floor(whole.length * share)));
    await expect(restore()).rejects.toThrow(`${file} is cut short`);
    expect(await contentOf(target)).toEqual({});
  });

  test('of a file whose last lines are missing is refused', async () => {
    await rewrite((lines) => lines.slice(0, -1));
    await expect(restore()).rejects.toThrow(`${file} is cut short`);
  });

  test.each([
    ['text', Buffer.from('hello\n')],
    ['other gzipped text', gzipSync('hello\n')],
    ['other gzipped lines of JSON', gzipSync('{"kind":"rows","rows":[]}\n')],
    ['an empty file', gzipSync('')],
  ])('of %s is refused', async (_, content) => {
    await writeFile(file, content);
    await expect(restore()).rejects.toThrow(BackupError);
    expect(await contentOf(target)).toEqual({});
  });

  test('of a file that is not there, or is a directory, is refused', async () => {
    await expect(restore(join(directory, 'none'))).rejects.toThrow('There is no file');
    await expect(restore(directory)).rejects.toThrow('is a directory');
  });

  test('that fails at the last row leaves no row behind', async () => {
    await rewrite((lines) => lines.map((line) => line.replace('"9999999999.99"', '"-1.00"')));
    await expect(restore()).rejects.toThrow('check constraint');
    const content = await contentOf(target);
    expect(Object.values(content).flat()).toEqual([]);
    await rm(file);
    await backUpDatabase(database.url, file);
    await restore();
    expect(await contentOf(target)).toEqual(await contentOf(database));
  });

  test('whose rows do not belong together is refused', async () => {
    await rewrite((lines) =>
      lines.map((line) =>
        line.replace('["1","1","1","https://t.me/+one"', '["1","77","1","https://t.me/+one"'),
      ),
    );
    await expect(restore()).rejects.toThrow('foreign key constraint');
    expect(Object.values(await contentOf(target)).flat()).toEqual([]);
  });

  test('that misses rows which the backup counted is refused', async () => {
    await rewrite((lines) => lines.map((line) => line.replace('"end_users":2500', '"end_users":2501')));
    await expect(restore()).rejects.toThrow('end_users would have 2500 rows, and the backup counted 2501');
    expect(Object.values(await contentOf(target)).flat()).toEqual([]);
  });

  test('of a backup from a newer program is refused', async () => {
    await rewrite((lines) =>
      lines.map((line) => line.replace('20261121000000_init', '20991121000000_later')),
    );
    await expect(restore()).rejects.toThrow('it is newer than the program');
    expect(await contentOf(target)).toEqual({});
  });

  test('into a database that is ahead of the backup is refused', async () => {
    const [last] = await query(database, LAST_MIGRATION);
    await rewrite((lines) => [withoutMigration(lines[0] ?? '', String(last?.['name'])), ...lines.slice(1)]);
    const migrated = await createTestDatabase();
    const refusal = restoreDatabase(migrated.url, await checkBackupFile(file));
    await expect(refusal).rejects.toThrow('restore into a database without tables');
    await migrated.drop();
  });
});

async function restore(from = file): Promise<RestoreSummary> {
  return restoreDatabase(target.url, await checkBackupFile(from));
}

/** Writes the backup anew with other lines. */
async function rewrite(change: (lines: string[]) => string[]): Promise<void> {
  const lines = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n');
  await writeFile(file, gzipSync(`${change(lines).join('\n')}\n`));
}

function withoutMigration(header: string, name: string): string {
  const parsed = JSON.parse(header) as { migrations: { name: string }[] };
  return JSON.stringify({ ...parsed, migrations: parsed.migrations.filter((each) => each.name !== name) });
}
