import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { runServerProcess, startServerProcess } from '../../support/servers/server-process.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await createGround();
});
afterEach(() => ground.close());

/** One sentence on the terminal, no trace of a fault, exit 1. */
async function expectTold(environment: Record<string, string>, sentence: RegExp, cwd?: string) {
  const { code, lines } = await runServerProcess(environment, cwd === undefined ? {} : { cwd });
  expect(lines.filter((line) => !line.includes('"level":30'))).toEqual([expect.stringMatching(sentence)]);
  expect(code).toBe(1);
}

function withDatabase(change: (url: URL) => void): string {
  const url = new URL(ground.databaseUrl);
  change(url);
  return url.href;
}

test('an operator reads in one sentence what is wrong with Postgres', async () => {
  const environment = ground.environment(await freePort());
  const wrongPassword = withDatabase((url) => {
    url.password = 'hunter2';
  });
  const nowhere = withDatabase((url) => {
    url.port = '1';
  });
  const nameless = withDatabase((url) => {
    url.pathname = '/nothing_here';
  });
  await expectTold({ ...environment, DATABASE_URL: wrongPassword }, /refuses the user/);
  await expectTold({ ...environment, DATABASE_URL: nowhere }, /Postgres at .* cannot be reached/);
  await expectTold({ ...environment, DATABASE_URL: nameless }, /has no database “nothing_here”/);
});

test('an operator reads that the port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await expectTold(ground.environment(address.port), new RegExp(`Port ${address.port} at .* is taken`));
  other.close();
});

test('an operator reads that .env cannot be read, before anything is done', async () => {
  const place = await mkdtemp(join(tmpdir(), 'getolog-env-'));
  await mkdir(join(place, '.env'));
  await expectTold({}, /^\.env cannot be read: it is a directory/, place);
  await rm(place, { recursive: true });
});

test('a directory that cannot hold data is told as such', async () => {
  const place = await mkdtemp(join(tmpdir(), 'getolog-data-'));
  await writeFile(join(place, '.data'), 'a file where a directory has to be');
  const { BOT_TOKEN = '' } = ground.environment(0);
  await expectTold({ BOT_TOKEN }, /\.data/, place);
  await rm(place, { recursive: true });
});

test('a stop in the middle of the start is quiet', async () => {
  // Somebody else migrates, so that the start stands still where it is told to stop.
  const other = new pg.Client({ connectionString: ground.databaseUrl });
  await other.connect();
  await other.query('BEGIN; SELECT pg_advisory_xact_lock(72707369)');
  const environment = ground.environment(await freePort());
  const { code, lines } = await runServerProcess(environment, { stopAt: 'Another process is migrating' });
  await other.end();
  expect({ code, faults: lines.filter((line) => !line.includes('"level":30')) }).toEqual({
    code: 0,
    faults: [],
  });
});

test('a token that Telegram does not know ends the start with one sentence', async () => {
  const environment = ground.environment(await freePort());
  const { code, lines } = await runServerProcess({
    ...environment,
    BOT_TOKEN: `123456789:${'A'.repeat(35)}`,
  });
  const told = lines.filter((line) => !/"level":[34]0/.test(line));
  expect({ code, told }).toEqual({
    code: 1,
    told: [expect.stringMatching(/^Telegram does not know BOT_TOKEN/)],
  });
});

test('a start ends with the name of the bot to write to; a wrong token of the monitoring bot is told', async () => {
  const server = await startServerProcess({
    ...ground.environment(await freePort()),
    MONITORING_BOT_TOKEN: `123456789:${'B'.repeat(35)}`,
  });
  await eventually(() => {
    const said = server.lines.join('\n');
    expect(said).toContain('@getolog_bot is running: write /start to https://t.me/getolog_bot');
    expect(said).toContain('Telegram does not know MONITORING_BOT_TOKEN');
  });
  expect(await server.stops()).toBe(0);
});

test('a start waits for no Telegram that is unavailable, and says so', async () => {
  const environment = ground.environment(await freePort());
  const server = await startServerProcess({ ...environment, TELEGRAM_API_ROOT: 'http://127.0.0.1:1' });
  expect(server.lines.join('\n')).toContain('Telegram cannot be reached at present');
  expect(await server.stops()).toBe(0);
});
