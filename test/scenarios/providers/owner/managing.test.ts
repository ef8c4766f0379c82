import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { CASHBOX, ownerDesk } from '../../../support/providers/owner-desk.ts';
import { moderatorReadsEnglish, newBuyer } from '../../../support/shop.ts';

const asked: { method: string | undefined; url: string | undefined; auth: string | undefined }[] = [];
let answers = 200;
/** Click's API for merchants, which knows keys or does not. */
const click = createServer((request, response) => {
  asked.push({ method: request.method, url: request.url, auth: String(request.headers['auth']) });
  response
    .writeHead(answers, { 'content-type': 'application/json' })
    .end('{"error_code":-1,"error_note":""}');
});

let platform: Platform;
let desk: ReturnType<typeof ownerDesk>;
beforeAll(async () => {
  await new Promise<void>((listening) => click.listen(0, '127.0.0.1', listening));
  const { port } = click.address() as AddressInfo;
  platform = await startPlatform({ environment: { CLICK_API_ROOT: `http://127.0.0.1:${port}` } });
  desk = ownerDesk(platform);
  await moderatorReadsEnglish(platform);
});
afterAll(async () => {
  await platform.closesClean();
  await new Promise((closed) => click.close(closed));
});

test('keys that Click calls wrong are not stored, and asked for anew; others take the place of what was there', async () => {
  const shop = await desk.openPaidShop();
  const { owner } = shop;
  answers = 401;
  await desk.connect(shop, 'click', ['12345', '6789', 'S3CRET', '9876']);
  expect(asked.at(-1)).toMatchObject({ method: 'GET', url: '/payment/status/12345/0' });
  expect(asked.at(-1)?.auth).toMatch(/^9876:[0-9a-f]{40}:\d+$/s);
  expect(desk.lastOf(owner).text).toMatch(/keys are wrong.*1 of 4/s);
  expect(await desk.accountOf(shop, 'click')).toMatchObject({ encryptedSecrets: null });
  answers = 200;
  for (const key of ['12345', '6789', 'S3CRET', '9876']) await owner.sends(platform.mainBot, key);
  await platform.quiet();
  expect((await desk.accountOf(shop, 'click'))?.encryptedSecrets).not.toBeNull();
  expect(desk.lastOf(owner).text).not.toContain('checked');
});

test('test orders are the owner’s own, any number at a time, and nobody’s turnover', async () => {
  const shop = await desk.openPaidShop();
  const { owner, shop: bot, planId } = shop;
  const { mainBot, database } = platform;
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:test`);
  expect(desk.lastOf(owner).said).toContain('no longer available');
  await desk.connect(shop, 'payme', [CASHBOX, 'some-payme-key', 'test-payme-key']);
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:test`);
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:test`);
  await platform.quiet();
  const orders = await database.payment.findMany({
    where: { isTest: true, planId },
    include: { endUser: true },
  });
  expect(orders).toHaveLength(2);
  const [first] = orders;
  expect(first).toMatchObject({ paymentMethod: 'payme', status: 'created', currency: 'UZS' });
  expect(first?.endUser.telegramUserId).toBe(BigInt(owner.id));
  const shown = owner.chatWith(mainBot).messages.filter(({ text }) => text.includes('Test order'));
  expect(shown[0]?.text.replaceAll('\u00A0', ' ')).toContain('50,000 UZS');
  const link = shown[0]?.buttons.flat().find(({ url }) => url)?.url ?? '';
  expect(link).toMatch(/^https:\/\/test\.paycom\.uz\//s);
  expect(Buffer.from(link.slice('https://test.paycom.uz/'.length), 'base64').toString()).toBe(
    `m=${CASHBOX};ac.order_id=${first?.id};a=5000000;l=en;c=https://t.me/${bot.username}`,
  );
  // By that alone nobody has come to the bot.
  const { statistics, exports, sellerBots } = platform.app.services;
  const asOwner = { kind: 'owner', telegramUserId: BigInt(owner.id) } as const;
  const { scope } = await sellerBots.openBot(asOwner, BigInt(bot.id));
  expect((await statistics.readBot(scope, asOwner)).endUsers).toBe(0);
  const exported = [];
  for await (const row of exports.endUsers(scope, asOwner)) exported.push(row);
  expect(exported).toEqual([]);
});

test('a test order is of the cheapest plan that is on; without any the owner is asked for one', async () => {
  const shop = await desk.openPaidShop();
  const { owner, shop: bot, planId } = shop;
  const { mainBot, database } = platform;
  await desk.connect(shop, 'uzum', ['101202', 'uzum', 'password8', '-']);
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: planId } });
  await owner.presses(mainBot, `price:${channelId}:6`);
  await owner.sends(mainBot, '20 000');
  await owner.presses(mainBot, `bot:${bot.id}:pay:uzum:test`);
  await platform.quiet();
  const order = await database.payment.findFirstOrThrow({
    where: { bot: { telegramBotId: BigInt(bot.id) } },
  });
  expect(order).toMatchObject({ durationMonths: 6, isTest: true });
  expect(desk.lastOf(owner).text).toContain('no test key');
  await owner.presses(mainBot, `plan-off:${planId}`);
  await owner.presses(mainBot, `plan-off:${order.planId}`);
  await owner.presses(mainBot, `bot:${bot.id}:pay:uzum:test`);
  expect(desk.lastOf(owner).said).toContain('Add a plan first');
});

test('what is live is switched off and on by its owner alone, and the card as well', async () => {
  const shop = await desk.openPaidShop();
  const { owner, shop: bot } = shop;
  const { mainBot, moderator, database } = platform;
  const id = await desk.connect(shop, 'payme', [CASHBOX, 'some-payme-key', '-']);
  await moderator.presses(mainBot, `mod:conn:${id}:live`);
  await platform.quiet();
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme`);
  expect(desk.lastOf(owner).text).toContain('buyers can choose it');
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:off`);
  expect(await desk.accountOf(shop, 'payme')).toMatchObject({ enabled: false });
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:on`);
  expect(await desk.accountOf(shop, 'payme')).toMatchObject({ enabled: true });
  await owner.presses(mainBot, `bot:${bot.id}:pay:card:off`);
  expect(desk.lastOf(owner).text).toContain('switched off');
  const offered = await database.$queryRaw`
    SELECT method FROM payment_methods_offered m JOIN user_bots b ON b.id = m.user_bot_id WHERE b.telegram_bot_id = ${bot.id}`;
  expect(offered).toEqual([{ method: 'payme' }]);
  await owner.presses(mainBot, `bot:${bot.id}:pay:card:on`);
  const trail = await database.auditEntry.findMany({
    where: { target: `account:${id}` },
    orderBy: { id: 'asc' },
  });
  expect(trail.map(({ action }) => action)).toEqual([
    'provider.fee-waived',
    'provider.keys-set',
    'provider.live',
    'provider.off',
    'provider.on',
  ]);
});

test('what is removed leaves no key behind, and is connected again without a second fee', async () => {
  const shop = await desk.openPaidShop();
  const { owner, shop: bot } = shop;
  const { mainBot, database } = platform;
  const id = await desk.connect(shop, 'payme', [CASHBOX, 'some-payme-key', '-']);
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:remove`);
  expect(desk.lastOf(owner).text).toContain('won’t hear of refunds');
  expect(await desk.accountOf(shop, 'payme')).not.toBeNull();
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:remove:yes`);
  expect(await desk.accountOf(shop, 'payme')).toBeNull();
  const gone = await database.merchantAccount.findUniqueOrThrow({ where: { id } });
  expect(gone).toMatchObject({ encryptedSecrets: null });
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:connect`);
  expect(desk.lastOf(owner).text).toContain('1 of 3');
  expect(await desk.accountOf(shop, 'payme')).toMatchObject({ feePaidAt: gone.feePaidAt, liveAt: null });
});

test('fiscal data is three questions in a row, of which each may stay empty', async () => {
  const shop = await desk.openPaidShop();
  const { owner, shop: bot } = shop;
  const { mainBot } = platform;
  await desk.connect(shop, 'payme', [CASHBOX, 'some-payme-key', '-']);
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:fiscal`);
  await owner.sends(mainBot, '123');
  expect(desk.lastOf(owner).text).toMatch(/exactly 17 digits.*1 of 3/s);
  for (const typed of ['10305008003000000', '1514296', '12']) await owner.sends(mainBot, typed);
  await platform.quiet();
  const fiscal = { ikpu: '10305008003000000', packageCode: '1514296', vatPercent: 12 };
  expect(await desk.accountOf(shop, 'payme')).toMatchObject(fiscal);
  await owner.presses(mainBot, `bot:${bot.id}:pay:payme:fiscal`);
  for (const typed of ['-', '7', '0']) await owner.sends(mainBot, typed);
  await platform.quiet();
  expect(await desk.accountOf(shop, 'payme')).toMatchObject({ ikpu: null, packageCode: '7', vatPercent: 0 });
});

test('a moderator enters keys in the owner’s place, and the trail says who did', async () => {
  const shop = await desk.openPaidShop();
  const { mainBot, moderator, database } = platform;
  const id = await desk.connect(shop, 'payme', []);
  await moderator.presses(mainBot, `mod:conn:${id}:keys`);
  for (const key of [CASHBOX, 'typed-by-a-moderator', '-']) await moderator.sends(mainBot, key);
  await platform.quiet();
  expect((await desk.accountOf(shop, 'payme'))?.encryptedSecrets).not.toBeNull();
  const trail = await database.auditEntry.findFirstOrThrow({
    where: { action: 'provider.keys-set', target: `account:${id}` },
  });
  expect(trail.actor).toBe(`moderator:${moderator.id}`);
  expect(platform.log.join('\n')).not.toContain('typed-by-a-moderator');
});

test('to another owner, a stranger and a buyer nothing of an owner’s methods exists', async () => {
  const shop = await desk.openPaidShop();
  const other = await desk.openPaidShop();
  const buyer = await newBuyer(platform, shop);
  const { mainBot, database } = platform;
  const id = await desk.connect(shop, 'payme', [CASHBOX, 'some-payme-key', '-']);
  const before = await database.merchantAccount.findUniqueOrThrow({ where: { id } });
  await buyer.starts(mainBot);
  await buyer.presses(mainBot, 'lang:en');
  const presses = [
    '',
    ':card',
    ':card:off',
    ':payme',
    ':payme:off',
    ':payme:connect',
    ':payme:keys',
    ':payme:urls',
  ];
  presses.push(':payme:fiscal', ':payme:test', ':payme:remove', ':payme:remove:yes', ':click:connect');
  for (const person of [other.owner, buyer]) {
    for (const press of presses) {
      await person.presses(mainBot, `bot:${shop.shop.id}:pay${press}`);
      expect(desk.lastOf(person).said, press).toContain('no longer available');
    }
    await person.presses(mainBot, `mod:conn:${id}:keys`);
    for (const key of [CASHBOX, 'a-forged-key', '-']) await person.sends(mainBot, key);
  }
  await platform.quiet();
  expect(await database.merchantAccount.findUniqueOrThrow({ where: { id } })).toEqual(before);
  expect(
    await database.payment.count({ where: { isTest: true, bot: { telegramBotId: BigInt(shop.shop.id) } } }),
  ).toBe(0);
  expect(await desk.accountOf(shop, 'click')).toBeNull();
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(shop.shop.id) } });
  expect(bot.cardEnabled).toBe(true);
});

test('who was asked for keys and sells the bot no more enters none', async () => {
  const shop = await desk.openPaidShop();
  const { owner, shop: bot } = shop;
  const { mainBot, database } = platform;
  const id = await desk.connect(shop, 'payme', [CASHBOX, 'some-payme-key']);
  await database.sellerBot.updateMany({
    where: { telegramBotId: BigInt(bot.id) },
    data: { removedAt: platform.clock.now(), isActive: false },
  });
  await owner.sends(mainBot, '-');
  await platform.quiet();
  expect(await database.merchantAccount.findUniqueOrThrow({ where: { id } })).toMatchObject({
    encryptedSecrets: null,
  });
});
