import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGround, type Ground } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { startSentryServer } from '../../support/servers/sentry-server.ts';
import { runCommandProcess, startServerProcess } from '../../support/servers/server-process.ts';

let ground: Ground;
let place: string;
let environment: Record<string, string>;
beforeEach(async () => {
  ground = await createGround();
  place = await mkdtemp(join(tmpdir(), 'getolog-doctor-'));
  environment = ground.environment(await freePort());
});
afterEach(async () => {
  await rm(place, { recursive: true });
  await ground.close();
});

async function asksDoctor(more: Record<string, string> = {}, args: string[] = []) {
  const { code, lines } = await runCommandProcess(
    'doctor',
    { ...environment, ...more },
    { cwd: place, args },
  );
  const said = lines.join('\n');
  for (const secret of [environment['BOT_TOKEN'], environment['ENCRYPTION_KEY'], 'hunter2'])
    expect(said).not.toContain(secret);
  return { code, said };
}

test('the doctor finds a server that is well, a line for each thing, and sends what it is asked to', async () => {
  const server = await startServerProcess(environment);
  await ground.telegram.until(() => ground.mainBot.webhookUrl !== undefined, { what: 'the webhook' });
  const sentry = await startSentryServer();
  await ground.moderator.starts(ground.mainBot);
  const { code, said } = await asksDoctor({ SENTRY_DSN: sentry.dsn }, ['--alert', '--sentry']);
  for (const line of [
    /^✓ Environment: /m,
    /^✓ Disk: /m,
    /^✓ Postgres: \d.*can be changed and read back/m,
    /^✓ Redis: \d.*can be changed and read back/m,
    /^✓ Redis: throws nothing away/m,
    /^✓ Clock: agrees with that of Postgres/m,
    /^✓ Token: BOT_TOKEN is that of @getolog_bot/m,
    /^✓ Webhook: is ours/m,
    /^✓ Server: answers at /m,
    /^✓ Clock: agrees with that of Telegram/m,
    /^✓ Alert: sent to \d+/m,
    /^✓ Sentry: /m,
  ])
    expect(said).toMatch(line);
  expect(said).not.toMatch(/^✗/m);
  expect(code).toBe(0);
  await ground.moderator.reads(ground.mainBot, /🩺/);
  expect(sentry.seen.flatMap(({ items }) => items).map(({ payload }) => payload.tags)).toContainEqual(
    expect.objectContaining({ part: 'doctor' }),
  );
  await sentry.close();
  expect(await server.stops()).toBe(0);
});

test('the doctor says what is wrong with stores, tokens and files, all at once, and ends with 1', async () => {
  await writeFile(join(place, '.env'), '');
  await chmod(join(place, '.env'), 0o644);
  const database = new URL(ground.databaseUrl);
  database.password = 'hunter2';
  const { code, said } = await asksDoctor({
    DATABASE_URL: database.href,
    REDIS_URL: 'redis://:hunter2@127.0.0.1:1',
    BOT_TOKEN: `123456789:${'A'.repeat(35)}`,
  });
  expect(said).toMatch(/^✗ Permissions: .*chmod 600 \.env/m);
  expect(said).toMatch(/^✗ Postgres: .*refuses the user/m);
  expect(said).toMatch(/^✗ Redis: .*cannot be reached/m);
  expect(said).toMatch(/^✗ Token: Telegram does not know the token of BOT_TOKEN/m);
  expect(code).toBe(1);
});

test('the doctor sees a webhook of somebody else, and a server that does not answer', async () => {
  await fetch(`${ground.telegram.apiRoot}/bot${ground.mainBot.token}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://127.0.0.1:9/elsewhere' }),
  });
  const { code, said } = await asksDoctor();
  expect(said).toMatch(/^✗ Webhook: belongs to 127\.0\.0\.1:9/m);
  expect(said).toMatch(/^✗ Server: .*cannot be reached from here/m);
  expect(code).toBe(1);
});

test('a faulty environment is all that the doctor tells', async () => {
  const { code, said } = await asksDoctor({ PORT: '99999' });
  expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/^✗ Environment: PORT [^\n]+$/) });
});

test('moderators are told by a unit that fails, in their language, also while the database is unavailable', async () => {
  const server = await startServerProcess(environment);
  await ground.telegram.until(() => ground.mainBot.webhookUrl !== undefined, { what: 'the webhook' });
  await ground.moderator.starts(ground.mainBot);
  await ground.moderator.presses(ground.mainBot, 'lang:ru');
  expect(await server.stops()).toBe(0);
  const unit = 'getolog-backup.service';
  expect(await runCommandProcess('alert', environment, { args: [unit] })).toMatchObject({ code: 0 });
  await ground.moderator.reads(ground.mainBot, 'Сбой: getolog-backup.service');
  const unreachable = { ...environment, DATABASE_URL: 'postgresql://getolog:word@127.0.0.1:1/getolog' };
  expect(await runCommandProcess('alert', unreachable, { args: [unit] })).toMatchObject({ code: 0 });
  await ground.moderator.reads(ground.mainBot, 'getolog-backup.service bajarilmadi');
});
