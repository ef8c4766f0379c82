import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let house: string;

beforeEach(async () => {
  house = await mkdtemp(join(tmpdir(), 'getolog-house-'));
  const config = JSON.parse(await readFile('biome.json', 'utf8')) as Record<string, unknown>;
  const { $schema: _, vcs: __, ...rules } = config;
  await writeFile(join(house, 'biome.json'), JSON.stringify(rules));
});
afterEach(() => rm(house, { recursive: true }));

/** Puts one import into one file of an empty house. @returns whether the check lets it pass */
async function passes(file: string, imported: string, written = `import '${imported}'`): Promise<boolean> {
  const path = join(house, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${written};\n`);
  const biome = resolve('node_modules/.bin/biome');
  return new Promise((done, fail) => {
    execFile(biome, ['lint', '--only=style/noRestrictedImports', '.'], { cwd: house }, (error, out, err) => {
      if (!error) return done(true);
      if (/noRestrictedImports/.test(out + err)) return done(false);
      fail(new Error(out + err));
    });
  });
}

test.each([
  ['shared imports nothing of src', 'src/shared/money.ts', '../infra/redis.ts'],
  ['infra does not know the product', 'src/infra/redis/redis.ts', '../modules/owners/owner.ts'],
  ['infra does not know the kernel', 'src/infra/redis/redis.ts', '../../kernel/actor.ts'],
  ['the kernel knows no module', 'src/kernel/actor.ts', '../modules/owners/owner.ts'],
  ['the kernel knows no edge', 'src/kernel/actor.ts', '../telegram/telegram.ts'],
  ['infra does not know an edge', 'src/infra/redis/redis.ts', '../telegram/screen.ts'],
  [
    'modules do not know the telegram edge',
    'src/modules/owners/owner-service.ts',
    '../../telegram/screen.ts',
  ],
  ['modules do not know the http edge', 'src/modules/owners/owner-service.ts', '../../http/server.ts'],
  ['modules do not know the jobs edge', 'src/modules/owners/owner-service.ts', '../../jobs/queues.ts'],
  ['modules do not know grammY', 'src/modules/owners/owner-service.ts', 'grammy'],
  ['modules do not know grammY’s types', 'src/modules/owners/owner-service.ts', 'grammy/types'],
  ['modules do not know Fastify', 'src/modules/owners/owner-service.ts', 'fastify'],
  ['modules do not know BullMQ', 'src/modules/owners/owner-service.ts', 'bullmq'],
  ['modules do not know Redis', 'src/modules/owners/owner-service.ts', 'ioredis'],
  ['features ask services', 'src/telegram/main-bot/plans.ts', '../../modules/plans/plan-queries.ts'],
  [
    'features do not read the database',
    'src/telegram/main-bot/plans.ts',
    '../../infra/prisma-client/client.ts',
  ],
  ['http does not know Telegram', 'src/http/server.ts', '../telegram/telegram.ts'],
  [
    'the webhook does not know who takes its updates',
    'src/http/webhook/webhook-route.ts',
    '../../telegram/intake/update-receiver.ts',
  ],
  ['http does not know a bot’s features', 'src/http/server.ts', '../telegram/main-bot/composer.ts'],
  ['http does not know the jobs', 'src/http/operators/health-route.ts', '../../jobs/queues.ts'],
  ['telegram does not know http', 'src/telegram/common/screen.ts', '../../http/server.ts'],
  [
    'telegram does not know the port that it implements',
    'src/telegram/intake/webhook-intake.ts',
    '../../http/webhook/update-intake.ts',
  ],
  ['telegram does not know the jobs', 'src/telegram/telegram.ts', '../jobs/queues.ts'],
  ['jobs do not know Telegram', 'src/jobs/scans.ts', '../telegram/screen.ts'],
  ['jobs do not know http', 'src/jobs/worker.ts', '../http/server.ts'],
  ['the panel does not know Telegram', 'src/panel/api.ts', '../telegram/telegram.ts'],
  ['the panel does not read the database', 'src/panel/api.ts', '../infra/prisma-client/client.ts'],
  ['the pages do not know the server', 'web/app.tsx', '../src/app.ts'],
  ['the pages do not load zod', 'web/app.tsx', 'zod'],
  ['http does not know the panel', 'src/http/server.ts', '../panel/api.ts'],
  ['the server does not know the sandbox', 'src/app.ts', '../sandbox/sandbox.ts'],
  ['a command does not know the sandbox', 'src/commands/migrate.ts', '../../sandbox/sandbox.ts'],
])('%s', async (_rule, file, imported) => {
  expect(await passes(file, imported)).toBe(false);
});

test.each([
  ['for its types alone', (from: string) => `import type { Part } from '${from}'`],
  ['to pass it on', (from: string) => `export { part } from '${from}'`],
  ['late', (from: string) => `await import('${from}')`],
])('an edge does not import another %s either', async (_how, write) => {
  const other = '../../telegram/intake/update-receiver.ts';
  expect(await passes('src/http/webhook/webhook-route.ts', other, write(other))).toBe(false);
});

test.each([
  ['src/modules/payments/checkout-service.ts', '../subscriptions/subscription-queries.ts'],
  ['src/modules/payments/checkout-service.ts', '../../infra/prisma-client/client.ts'],
  ['src/modules/payments/checkout-service.ts', '../../shared/money.ts'],
  ['src/telegram/main-bot/plans.ts', '../../modules/plans/plan-service.ts'],
  ['src/telegram/main-bot/plans.ts', 'grammy'],
  ['src/http/webhook/webhook-route.ts', './update-intake.ts'],
  ['src/http/webhook/webhook-route.ts', '../../infra/crypto/webhook-secret.ts'],
  ['src/jobs/scans.ts', '../modules/outbox/outbox-message.ts'],
  ['src/app.ts', './telegram/telegram.ts'],
  ['sandbox/demo/main.ts', '../../app.ts'],
])('%s may import %s', async (file, imported) => {
  expect(await passes(file, imported)).toBe(true);
});
