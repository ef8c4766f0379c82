import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fernet } from '../../src/infra/crypto/fernet.ts';
import type { TenantScope } from '../../src/kernel/tenant-scope.ts';
import { settleReferral } from '../../src/modules/referrals/rewards.ts';
import { fromDecimal } from '../../src/shared/money.ts';
import { endUserActor } from '../support/actors.ts';
import { rowsReadBy } from '../support/database/rows-read.ts';
import { statementsOf } from '../support/database/statements.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { basic } from '../support/providers/payme-caller.ts';

/** A million in `npm run chaos`. */
const SUBSCRIPTIONS = Number(process.env['SUBSCRIPTIONS'] ?? 10_000);
const BOTS = 500;
/** More than belongs to one person and one bot, and far less than any table has. */
const FEW = 60;

let platform: Platform;
let client: pg.Client;
let scope: TenantScope;
let buyer: { id: number; telegramUserId: bigint };
let owner: { kind: 'owner'; telegramUserId: bigint };

beforeAll(async () => {
  platform = await startPlatform({ environment: { ROLE: 'web', LOG_LEVEL: 'warn' } });
  client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  const now = platform.clock.now().toISOString();
  // Every bot sells a channel, a group and both together, and everybody bought the bundle once.
  await client.query(`
    INSERT INTO user_admins (telegram_id, full_name, language, created_at)
      SELECT n, 'Owner', 'en', '${now}' FROM generate_series(1, ${BOTS}) n;
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, card_number, card_holder, created_at)
      SELECT id, 1000000 + id, 'none', 'bot' || id, 'Bot', '8600123456789012', 'AZIZ', '${now}' FROM user_admins;
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, can_invite, can_restrict, connected_at)
      SELECT id, -id, 'channel', 'Channel', true, true, '${now}' FROM user_bots;
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, can_invite, can_restrict, connected_at)
      SELECT id, -${BOTS} - id, 'group', 'Group', true, true, '${now}' FROM user_bots;
    INSERT INTO plans (channel_id, duration_months, price)
      SELECT id, months, 50000 FROM channels, unnest(ARRAY[1, 6, 12, 0]) months;
    INSERT INTO plans (channel_id, duration_days, price, is_custom)
      SELECT id, 7, 50000, true FROM channels WHERE type = 'channel';
    INSERT INTO plan_chats (plan_id, channel_id)
      SELECT id, channel_id + ${BOTS} FROM plans WHERE duration_days = 7;
    INSERT INTO trial_uses (person, telegram_chat_id, used_at)
      SELECT n, -1 - n % ${BOTS}, '${now}' FROM generate_series(1, ${SUBSCRIPTIONS}) n;
    INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
      SELECT n, 1 + n % ${BOTS}, 'Somebody', 'uz', '${now}' FROM generate_series(1, ${SUBSCRIPTIONS}) n;
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, delivered_at, expires_at, status)
      SELECT e.id, c.id, '${now}', '${now}', timestamptz '${now}' + interval '7 days', 'active'
        FROM end_users e JOIN channels c ON c.user_bot_id = e.user_bot_id;
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_days, amount, payment_method, status,
                          created_at, approved_at, decided_at, subscription_id, extended_from, extended_to)
      SELECT e.id, e.user_bot_id, e.user_bot_id, p.id, 7, 50000, 'card', 'approved', '${now}', '${now}', '${now}', s.id,
             s.started_at, s.expires_at
        FROM end_users e JOIN plans p ON p.channel_id = e.user_bot_id AND p.duration_days = 7
        JOIN subscriptions s ON s.end_user_id = e.id AND s.channel_id = e.user_bot_id;
    INSERT INTO payment_chats (payment_id, channel_id, end_user_id, is_open)
      SELECT id, channel_id + ${BOTS}, end_user_id, false FROM payments;
    INSERT INTO promo_codes (user_bot_id, code, kind, value, is_active, created_at)
      SELECT id, 'TENTH', 'percent', 10, true, '${now}' FROM user_bots;
    INSERT INTO promo_uses (promo_code_id, end_user_id, payment_id, status, discount, reserved_at, used_at)
      SELECT user_bot_id, end_user_id, id, 'used', 0, '${now}', '${now}' FROM payments;
    INSERT INTO promo_codes (user_bot_id, code, kind, value, end_user_id, origin, is_active, created_at)
      SELECT user_bot_id, 'OWN' || id, 'percent', 5, id, 'winback', true, '${now}' FROM end_users;
    UPDATE end_users SET promo_code_id = user_bot_id, promo_until = timestamptz '${now}' + interval '1 hour';
    INSERT INTO referrals (user_bot_id, inviter_id, friend_id, person, kind, value, friend_percent, arrived_at, payment_id, status, settled_at)
      SELECT p.user_bot_id, e.id, p.end_user_id, p.end_user_id, 'days', 7, 0, '${now}', p.id,
             CASE WHEN p.id % 100 = 0 THEN 'waiting' ELSE 'given' END, '${now}'
        FROM payments p JOIN end_users e ON e.id = p.end_user_id - ${BOTS};
    INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, days,
                              added_from, added_to, created_at)
      SELECT p.user_bot_id, p.end_user_id, s.id, s.channel_id, 'payment', p.id, 7, s.started_at, s.expires_at, '${now}'
        FROM payments p JOIN subscriptions s ON s.end_user_id = p.end_user_id`);
  await client.query('VACUUM ANALYZE');
  buyer = { id: 1_000, telegramUserId: 1_000n };
  const botId = 1 + (buyer.id % BOTS);
  const telegramBotId = BigInt(1_000_000 + botId);
  owner = { kind: 'owner', telegramUserId: BigInt(botId) };
  scope = { botId, telegramBotId, botUsername: 'bot', ownerId: botId, ownerTelegramUserId: BigInt(botId) };
}, 600_000);
afterAll(async () => {
  await client.end();
  await platform.close();
});

/** @returns how many statements it took, none of which read more than a few rows */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const statements = await statementsOf(work);
  expect(statements.length).toBeGreaterThan(0);
  // What only writes a row finds no other.
  for (const statement of statements.filter(({ text }) => !text.startsWith('INSERT'))) {
    expect(await rowsReadBy(client, statement), statement.text).toBeLessThan(FEW);
  }
  return statements.length;
}

test('the shop window is one round trip, the plans of a bot another', async () => {
  const { storefront, plans } = platform.app.services;
  expect(await costOf(() => storefront.enter(scope, buyer.telegramUserId))).toBe(1);
  expect(await costOf(() => plans.listPlans(scope, owner))).toBe(1);
});

test('a bundle is chosen, paid, approved, shown and taken back without reading what belongs to others', async () => {
  const { checkout, reviews, subscriptions, transact } = platform.app.services;
  const { database } = platform;
  const { id: planId } = await database.plan.findFirstOrThrow({
    where: { channelId: scope.botId, durationDays: 7 },
  });
  const receipt = {
    fileId: 'file',
    uniqueId: 'unique',
    kind: 'photo' as const,
    messageId: 1,
    editedAt: null,
    note: null,
  };
  const choose = () => checkout.choosePlan(scope, endUserActor(buyer), { planId, method: 'card' });
  await costOf(choose);
  // And again, in its place.
  await costOf(choose);
  await costOf(() => checkout.submitReceipt(scope, endUserActor(buyer), receipt));
  const { id } = await database.payment.findFirstOrThrow({
    where: { endUserId: buyer.id, status: 'pending' },
    include: { chats: true },
  });
  await costOf(() => reviews.approvePayment(scope, owner, id));
  const held = await subscriptions.listHeld(scope, endUserActor(buyer));
  expect(held.map(({ renewal }) => renewal?.planId)).toEqual([planId, planId]);
  await costOf(() => subscriptions.listHeld(scope, endUserActor(buyer)));
  await costOf(() => reviews.reversePayment(scope, owner, id));
  const { id: referralId } = await database.referral.update({
    where: { friendId: buyer.id },
    data: { status: 'came', paymentId: null, settledAt: null },
  });
  await costOf(() => transact((work) => settleReferral(work, referralId, 'Asia/Tashkent')));
  expect(await database.timeEntry.count({ where: { source: 'referral', sourceId: referralId } })).toBe(2);
});

test('whether an order may be paid takes a provider two round trips, and is read of nobody else', async () => {
  const { payme } = platform.app.services;
  const keys = new Fernet([platform.encryptionKey]).encrypt(JSON.stringify({ live: 'key', test: null }));
  await client.query(
    `INSERT INTO merchant_accounts (user_bot_id, provider, details, encrypted_secrets, keys_set_at, fee_paid_at, live_at, created_at)
       SELECT id, 'payme', '{"cashboxId": "0123456789abcdef01234567", "login": "Paycom"}', $1, now(), now(), now(), now() FROM user_bots`,
    [keys],
  );
  await client.query(
    `INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status, created_at)
       SELECT e.id, e.user_bot_id, p.channel_id, p.id, 1, p.price, 'payme', 'created', $1
         FROM end_users e JOIN plans p ON p.channel_id = e.user_bot_id AND p.duration_months = 1
        WHERE NOT EXISTS (SELECT FROM payments o WHERE o.end_user_id = e.id AND o.status = 'created')`,
    [platform.clock.now()],
  );
  await client.query('ANALYZE');
  const { id, amount } = await platform.database.payment.findFirstOrThrow({
    where: { botId: scope.botId, status: 'created', paymentMethod: 'payme' },
  });
  const params = { amount: Number(fromDecimal(amount)), account: { order_id: String(id) } };
  const body = JSON.stringify({ method: 'CheckPerformTransaction', params, id: 1 });
  const check = () => payme.receive(scope.telegramBotId, { authorization: basic('Paycom', 'key'), body });
  expect((await check()).text).toBe('{"jsonrpc":"2.0","id":1,"result":{"allow":true}}');
  expect(await costOf(check)).toBe(2);
  // Many at once need hardly more: two batches of each question are under way at a time.
  const many = await statementsOf(() => Promise.all(Array.from({ length: 20 }, check)));
  expect(many.length).toBeLessThanOrEqual(6);
});

test('a round finds the uses that are free again among the few that are reserved', async () => {
  await costOf(() => platform.app.services.checkout.dropStaleChoices());
});

test('a free trial is shown and given without looking at who else had one', async () => {
  const { checkout, endUsers, storefront } = platform.app.services;
  const trial = { channelId: scope.botId, durationDays: 3, price: '0', isTrial: true, isCustom: true };
  const { id: planId } = await platform.database.plan.create({ data: trial });
  const person = { telegramUserId: 7_000_000_000n, username: null, fullName: 'New', languageCode: 'en' };
  const newcomer = await endUsers.visit(scope, person, null);
  const offered = async () => (await storefront.enter(scope, person.telegramUserId))?.window.plans ?? [];
  expect((await offered()).map(({ id }) => id)).toContain(planId);
  expect(await costOf(offered)).toBe(1);
  await costOf(() => checkout.choosePlan(scope, endUserActor(newcomer), { planId, method: null }));
  expect((await offered()).map(({ id }) => id)).not.toContain(planId);
});
