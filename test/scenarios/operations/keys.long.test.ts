import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fernet, generateFernetKey } from '../../../src/infra/crypto/fernet.ts';
import { webhookSecret } from '../../../src/infra/crypto/webhook-secret.ts';
import { rotateSecrets } from '../../../src/modules/platform/stored-secrets.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { programFile } from '../../support/servers/programs.ts';
import { runServerProcess } from '../../support/servers/server-process.ts';
import { buyAccess, newBuyer, openShop } from '../../support/shop.ts';

const GUIDE = fileURLToPath(new URL('../../../docs/keys.md', import.meta.url));
/** More than one batch. */
const REMOVED_BOTS = 700;

let platform: Platform;
let newKey: string;

beforeEach(async () => {
  platform = await startPlatform();
  newKey = generateFernetKey();
});
afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

const bothKeys = () => `${newKey},${platform.encryptionKey}`;

/** As an operator does it. */
async function rotateKeys(keys: string): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [programFile('rotate-keys')], {
    env: { PATH: process.env['PATH'], DATABASE_URL: platform.databaseUrl, ENCRYPTION_KEY: keys },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += String(part)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

async function hasManyRemovedBots(): Promise<void> {
  const { database, clock, encryptionKey } = platform;
  const owner = await database.owner.findFirstOrThrow();
  const encryptedToken = new Fernet([encryptionKey]).encrypt(`1:${'x'.repeat(35)}`);
  await database.sellerBot.createMany({
    data: Array.from({ length: REMOVED_BOTS }, (_, index) => ({
      ownerId: owner.id,
      telegramBotId: BigInt(40_000_000 + index),
      encryptedToken,
      username: `gone_${index}_bot`,
      name: 'Gone',
      isActive: false,
      removedAt: clock.now(),
      createdAt: clock.now(),
    })),
  });
}

const webhooksAreSetAnew = () =>
  platform.log.some((line) => line.includes('every webhook is set with the first key'));

async function knock(botId: number, key: string): Promise<number> {
  const response = await fetch(`${platform.app.origin}/webhook/${botId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': webhookSecret(key, BigInt(botId)),
    },
    body: JSON.stringify({ update_id: 999_999_999 }),
  });
  return response.status;
}

test('keys are changed while people buy, and the old one is taken away', async () => {
  const { telegram, mainBot, database, encryptionKey, log } = platform;
  const first = await openShop(platform);
  const second = await openShop(platform);
  await hasManyRemovedBots();
  log.length = 0;
  await platform.restart({ ENCRYPTION_KEY: bothKeys() });

  let isDone = false;
  const buying = (async () => {
    let bought = 0;
    for (; !isDone || bought === 0; bought += 1)
      await buyAccess(platform, first, { firstName: `Buyer ${bought}` });
    return bought;
  })();
  const replacing = second.owner.sends(mainBot, second.shop.revokeToken());
  const rotated = await rotateKeys(bothKeys());
  isDone = true;
  expect(await buying).toBeGreaterThan(0);
  await replacing;
  expect(rotated.code).toBe(0);
  const [, renewed, current] = /first key: (\d+)\. With it already: (\d+)/.exec(rotated.text) ?? [];
  expect(Number(renewed) + Number(current)).toBe(REMOVED_BOTS + 2);
  expect(Number(renewed)).toBeGreaterThanOrEqual(REMOVED_BOTS + 1);
  await telegram.until(webhooksAreSetAnew, { what: 'every webhook to be set anew' });
  expect((await rotateKeys(bothKeys())).text).toContain(
    `first key: 0. With it already: ${REMOVED_BOTS + 2}.\nEvery webhook has its new secret too`,
  );

  const onlyNew = new Fernet([newKey]);
  for (const { encryptedToken } of await database.sellerBot.findMany()) onlyNew.decrypt(encryptedToken);
  const row = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: second.shop.id } });
  expect(onlyNew.decrypt(row.encryptedToken)).toBe(second.shop.token);

  await platform.quiet();
  await platform.restart({ ENCRYPTION_KEY: newKey });
  for (const shop of [first, second]) await buyAccess(platform, shop);
  expect(await knock(first.shop.id, encryptionKey)).toBe(401);
  expect(platform.faults).toEqual([]);
});

test('updates signed with the old secret are taken until the webhook is set again, which a start does', async () => {
  const { telegram, encryptionKey } = platform;
  const { shop } = await openShop(platform);
  const other = await openShop(platform);
  await telegram.until(webhooksAreSetAnew, { what: 'the first start to settle' });
  platform.log.length = 0;
  telegram.failAll((call) => call.method === 'setWebhook' && call.bot === other.shop.username, {
    kind: 'serverError',
  });
  await platform.restart({ ENCRYPTION_KEY: bothKeys() });
  await telegram.until(() => shop.inbox.webhook?.secretToken === webhookSecret(newKey, BigInt(shop.id)), {
    what: 'the webhook to be set anew',
  });
  expect(await knock(shop.id, encryptionKey)).toBe(200);
  expect(await knock(shop.id, newKey)).toBe(200);
  expect(await knock(shop.id, generateFernetKey())).toBe(401);
  // This one still has its old secret, and is served.
  expect(other.shop.inbox.webhook?.secretToken).toBe(webhookSecret(encryptionKey, BigInt(other.shop.id)));
  await newBuyer(platform, other);
  expect(webhooksAreSetAnew()).toBe(false);
});

test('what stands where a forgotten owner’s token was keeps no old key', async () => {
  const { mainBot, database } = platform;
  const gone = await openShop(platform);
  const stays = await openShop(platform);
  await gone.owner.presses(mainBot, 'forget:yes');
  await eventually(async () =>
    expect(await database.sellerBot.count({ where: { encryptedToken: '' } })).toBe(1),
  );
  const rotated = await rotateKeys(bothKeys());
  expect(rotated.text).toContain('first key: 1. With it already: 0.');
  expect(rotated.code).toBe(0);
  await platform.quiet();
  await platform.restart({ ENCRYPTION_KEY: newKey });
  await buyAccess(platform, stays);
  expect(platform.faults).toEqual([]);
});

test('the way out of a lost key that the guide tells brings every bot back with a new token', async () => {
  const { mainBot, database } = platform;
  const { owner, shop, planId, chat } = await openShop(platform);
  const [, statements = ''] = /```sql\n(.*?)```/s.exec(await readFile(GUIDE, 'utf8')) ?? [];
  await platform.quiet();
  for (const statement of statements.split(';').filter((one) => one.trim() !== ''))
    await database.$executeRawUnsafe(statement);
  await platform.restart({ ENCRYPTION_KEY: newKey });
  await owner.presses(mainBot, `bot:${shop.id}`);
  expect(owner.chatWith(mainBot).last?.text).toContain('no longer accepts this bot’s token');
  await owner.sends(mainBot, shop.revokeToken());
  await owner.reads(mainBot, 'is ready again');
  await buyAccess(platform, { owner, shop, planId, chat });
  expect(platform.faults).toEqual([]);
});

test('a token that is replaced in the very moment is not overwritten by the old one', async () => {
  const { database, clock, encryptionKey } = platform;
  await openShop(platform);
  const replaced = new Fernet([encryptionKey]).encrypt('1:replaced');
  let isReplaced = false;
  const overtaken = database.$extends({
    query: {
      sellerBot: {
        async updateMany({ args, query }) {
          if (!isReplaced) await database.$executeRaw`UPDATE user_bots SET bot_token = ${replaced}`;
          isReplaced = true;
          return query(args);
        },
      },
    },
  });
  const fernet = new Fernet([newKey, encryptionKey]);
  const deps = { prisma: overtaken as unknown as typeof database, clock, fernet };
  expect(await rotateSecrets(deps)).toEqual({ renewed: 1, current: 0, unreadable: 0 });
  const row = await database.sellerBot.findFirstOrThrow();
  expect(new Fernet([newKey]).decrypt(row.encryptedToken)).toBe('1:replaced');
});

test('a wrong key is told at start, and so is one that was taken away too early', async () => {
  const { database, clock, encryptionKey } = platform;
  const { shop } = await openShop(platform);
  const port = await freePort();
  await platform.telegram.until(webhooksAreSetAnew, { what: 'the first start to settle' });
  await platform.quiet();
  const startWith = (keys: string) =>
    runServerProcess({ ...platform.environment(port), ENCRYPTION_KEY: keys });
  // The watch of the running server asks Telegram whether it is there, whenever it likes.
  const calls = () =>
    platform.telegram.calls.map(({ method }) => method).filter((method) => method !== 'getMe');
  const before = calls();

  for (const keys of [newKey, `${newKey},${generateFernetKey()}`]) {
    const { code, lines } = await startWith(keys);
    expect(code).toBe(1);
    expect(lines.join('\n')).toContain('ENCRYPTION_KEY cannot read what is stored');
    expect(lines.join('\n')).not.toContain(keys);
  }
  // Killed in the middle: the newest token has the new key, the rest has not.
  const row = await database.sellerBot.findFirstOrThrow();
  const renewed = new Fernet([newKey]).encrypt(shop.token);
  await database.sellerBot.update({ where: { id: row.id }, data: { encryptedToken: renewed } });
  for (const key of [newKey, encryptionKey]) expect((await startWith(key)).code).toBe(1);
  expect(calls()).toEqual(before);

  const lost = await rotateKeys(generateFernetKey());
  expect(lost.code).toBe(1);
  expect(lost.text).toContain('Not readable with any of these keys: 1.');
  const fernet = new Fernet([newKey, encryptionKey]);
  expect(await rotateSecrets({ prisma: database, clock, fernet })).toMatchObject({ current: 1 });
  await platform.restart({ ENCRYPTION_KEY: newKey });
  await newBuyer(platform, { shop });
});
