import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { webhookSecret } from '../../../../src/infra/crypto/webhook-secret.ts';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { postUpdate } from '../../../support/servers/post-update.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let buyer: SandboxPerson;

beforeEach(async () => {
  platform = await startPlatform({ outages: true });
  shop = await openShop(platform);
  buyer = await newBuyer(platform, shop);
});
afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

/** An update that can be used: of any other Telegram is told not to send it again, whatever is unavailable. */
const anUpdate = () => ({
  update_id: 999_999_999,
  message: {
    message_id: 999_999,
    date: 1_795_000_000,
    from: { id: buyer.id, is_bot: false, first_name: buyer.firstName },
    chat: { id: buyer.id, type: 'private', first_name: buyer.firstName },
    text: '/help',
  },
});

async function knock(secret: string, update: object = anUpdate()): Promise<number> {
  const server = { origin: platform.app.origin, encryptionKey: platform.encryptionKey };
  return (await postUpdate(server, shop.shop.id, update, secret)).status;
}

/** Whether Telegram was told to come again. */
function wasRefused(): boolean {
  return shop.shop.inbox.webhook?.lastError?.message.includes('503') ?? false;
}

const ofShop = () => webhookSecret(platform.encryptionKey, BigInt(shop.shop.id));

test('strangers are refused without a look into the database or Redis', async () => {
  await Promise.all([platform.postgres?.cut(), platform.redis?.cut()]);
  expect(await knock('f'.repeat(64))).toBe(401);
  expect(await knock(ofShop())).toBe(503);
  await Promise.all([platform.postgres?.restore(), platform.redis?.restore()]);
  await eventually(async () => expect(await knock(ofShop())).toBe(200));
});

test.each(['postgres', 'redis'] as const)(
  'while %s is unavailable Telegram is asked to come again, and the choice is then made once',
  async (server) => {
    const { telegram, database } = platform;
    await telegram.quiet();
    await platform[server]?.cut();
    await buyer.presses(shop.shop, `plan:${shop.planId}`, { wait: false });
    await telegram.until(() => wasRefused(), { what: 'a webhook to answer 503' });
    expect(await database.payment.count()).toBe(0);
    await platform[server]?.restore();
    await buyer.reads(shop.shop, '8600 1234 5678 9012');
    expect(await database.payment.findMany({ select: { status: true } })).toEqual([{ status: 'created' }]);
  },
  40_000,
);

test('what was refused while the database was unavailable does not make its sender too fast', async () => {
  const { telegram } = platform;
  await platform.restart({ RATE_LIMIT_PER_SECOND: '3' });
  await telegram.quiet();
  await platform.postgres?.cut();
  const from = { id: buyer.id, is_bot: false, first_name: buyer.firstName, language_code: 'en' };
  const chat = { id: buyer.id, type: 'private', first_name: buyer.firstName };
  const message = { message_id: 1, date: 1_795_000_000, from, chat, text: 'hello' };
  for (let time = 0; time < 6; time += 1) {
    expect(await knock(ofShop(), { update_id: 800_000_000 + time, message })).toBe(503);
  }
  await platform.postgres?.restore();
  await eventually(async () => expect(await knock(ofShop())).toBe(200));
  const heard = buyer.chatWith(shop.shop).messages.length;
  await buyer.sends(shop.shop, '/menu');
  expect(
    buyer
      .chatWith(shop.shop)
      .messages.slice(heard)
      .map(({ text }) => text)
      .join(),
  ).toContain('Choose a plan');
}, 40_000);

test('an approval while Redis is unavailable is delivered when it is back', async () => {
  const { telegram, database } = platform;
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  await shop.owner.reads(shop.shop, 'Receipt no.');
  await telegram.quiet();
  await platform.redis?.cut();
  await shop.owner.taps(shop.shop, /Approve/, { wait: false });
  expect(await knock(ofShop())).toBe(503);
  await platform.redis?.restore();
  await buyer.reads(shop.shop, '🎉 Approved');
  expect(await database.subscription.count()).toBe(1);
}, 40_000);

test('Telegram away: choices are kept, and what is due is delivered when it is back', async () => {
  const { telegram } = platform;
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  await shop.owner.reads(shop.shop, 'Receipt no.');
  await telegram.quiet();
  telegram.becomesUnavailable();
  await shop.owner.taps(shop.shop, /Approve/, { wait: false });
  await eventually(async () =>
    expect(await platform.database.payment.findFirst({ select: { status: true } })).toEqual({
      status: 'approved',
    }),
  );
  telegram.comesBack();
  await buyer.reads(shop.shop, '🎉 Approved');
}, 40_000);

test('a Redis that was emptied gets its schedules back, and what was lost with it is done', async () => {
  await platform.restart({ SWEEP_EVERY_SECONDS: '1' });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  await shop.owner.reads(shop.shop, 'Receipt no.');
  await platform.telegram.quiet();
  const redis = new Redis(platform.redisUrl);
  await redis.flushdb();
  redis.disconnect();
  const payment = await platform.database.payment.findFirstOrThrow();
  // Made while nobody was told of it: only a round finds it.
  await platform.database.outboxMessage.create({
    data: {
      kind: 'review-reminder',
      key: 'lost',
      botId: payment.botId,
      payload: { paymentId: payment.id },
      dueAt: platform.clock.now(),
    },
  });
  await shop.owner.reads(shop.shop, '⏰');
}, 40_000);
