import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newMember, openShop, type Shop } from '../../support/shop.ts';

const MANY = 2_000;

let platform: Platform;
let large: Shop;
let small: Shop;

beforeEach(async () => {
  platform = await startPlatform({ environment: { LOG_LEVEL: 'warn' } });
  large = await openShop(platform);
  small = await openShop(platform);
});
afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  await platform.close();
});

/** So many subscriptions of one bot whose time is up. */
async function endsAtOnce(shop: Shop): Promise<void> {
  const { database, clock } = platform;
  const channel = await database.channel.findFirstOrThrow({
    where: { telegramChatId: BigInt(shop.chat.id) },
  });
  await database.$executeRaw`
    WITH people AS (
      INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
      SELECT 9000000000 + n, ${channel.botId}, 'Somebody', 'uz', ${clock.now()} FROM generate_series(1, ${MANY}::int) n
      RETURNING id)
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, delivered_at, expires_at, status)
    SELECT id, ${channel.id}, ${clock.now()}, ${clock.now()}, ${clock.now()}, 'active' FROM people`;
}

/** How many of a shop’s people had their turn. */
const handled = (shop: Shop) =>
  platform.telegram.calls.filter(
    ({ bot, method }) => bot === shop.shop.username && method === 'getChatMember',
  ).length;

test('a bot with thousands of ends lets another bot’s single one go first', async () => {
  const { app, database, clock, telegram } = platform;
  const { member, subscriptionId } = await newMember(platform, small);
  await endsAtOnce(large);
  const before = handled(large);
  // The many are found and queued; the single one is due only then.
  await app.jobs.expire();
  await database.subscription.update({ where: { id: subscriptionId }, data: { expiresAt: clock.now() } });
  await app.jobs.expire();
  await telegram.until(() => !small.chat.has(member), {
    what: 'the single member to be out',
  });
  expect(handled(large) - before).toBeLessThan(MANY / 4);
});

test('a revoked token with thousands of messages waiting is nothing to other bots', async () => {
  const { app, database, clock, telegram } = platform;
  const { member, subscriptionId } = await newMember(platform, small);
  large.shop.revokeToken();
  await endsAtOnce(large);
  await database.subscription.update({ where: { id: subscriptionId }, data: { expiresAt: clock.now() } });
  await app.jobs.expire();
  await telegram.until(() => !small.chat.has(member), {
    what: 'the single member to be out',
  });
  await large.owner.reads(platform.mainBot, 'no longer accepts the token');
});
