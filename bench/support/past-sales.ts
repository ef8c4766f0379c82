import type pg from 'pg';

/** Whose sales they are: an owner with a bot of one chat that is sold by the month. */
export interface Till {
  /** `user_bots.id` */
  botId: number;
  ownerTelegramUserId: bigint;
}

/**
 * A bot with so many subscriptions in three years up to now: on average three sales each, a third of them live, every fifth
 * person back for a second one, a third come by one of ten sources; written as the product would have.
 */
export async function writePastSales(client: pg.Client, subscriptions: number): Promise<Till> {
  const people = Math.ceil((subscriptions * 5) / 6);
  const telegramId = 9_000_000_000 + subscriptions;
  const { rows } = await client.query<{ id: number }>(`
    WITH owner AS (INSERT INTO user_admins (telegram_id, full_name, language, created_at)
                   VALUES (${telegramId}, 'Aziz', 'en', now() - interval '3 years') RETURNING id)
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, card_number, created_at)
    SELECT id, ${telegramId}, 'none', 'club', 'Club', '8600123456789012', now() - interval '3 years' FROM owner RETURNING id`);
  const botId = rows[0]?.id ?? 0;
  await client.query(`
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, can_invite, can_restrict, connected_at)
    VALUES (${botId}, -${telegramId}, 'channel', 'Club', true, true, now() - interval '3 years');
    INSERT INTO plans (channel_id, duration_months, price)
    SELECT id, months, 50000 * months FROM channels, unnest(ARRAY[1, 3]) months WHERE user_bot_id = ${botId};
    INSERT INTO sources (user_bot_id, slug, name, created_at)
    SELECT ${botId}, 's' || n, 'Source ' || n, now() - interval '3 years' FROM generate_series(1, 10) n;
    INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, source_id, created_at)
    SELECT ${telegramId} * 10 + n, ${botId}, 'Somebody', 'uz',
           CASE WHEN n % 3 = 0 THEN (SELECT min(id) FROM sources WHERE user_bot_id = ${botId}) + n % 10 END,
           now() - interval '3 years' * (1 - n / ${people + 1}.0)
      FROM generate_series(1, ${people}) n;
    INSERT INTO source_visits (source_id, end_user_id, first_at, last_at, visits, is_new)
    SELECT source_id, id, created_at, created_at, 1, true FROM end_users WHERE user_bot_id = ${botId} AND source_id IS NOT NULL;
    CREATE TEMP TABLE stays AS
    SELECT e.id AS person, e.source_id, round, 1 + (e.id + round) % 5 AS months,
           e.created_at + interval '10 minutes' + round * interval '8 months' AS begins
      FROM end_users e CROSS JOIN generate_series(0, 1) round
     WHERE e.user_bot_id = ${botId} AND (round = 0 OR e.id % 5 = 0) AND e.created_at + round * interval '8 months' < now() - interval '1 day';
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, ended_at, joined_at, link_used, delivered_at, status)
    SELECT person, (SELECT id FROM channels WHERE user_bot_id = ${botId}), begins, ends, CASE WHEN ends <= now() THEN ends END, begins, true,
           begins, CASE WHEN ends <= now() THEN 'expired' ELSE 'active' END
      FROM (SELECT *, begins + CASE WHEN person % 4 = 0 AND round = 1 THEN interval '30 months' ELSE months * interval '1 month' END AS ends FROM stays) s;
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, source_id, status,
                          created_at, receipt_at, approved_at, decided_at, subscription_id, extended_from, extended_to)
    SELECT s.end_user_id, ${botId}, s.channel_id, (SELECT min(id) FROM plans WHERE channel_id = s.channel_id), 1, 50000,
           CASE s.id % 3 WHEN 0 THEN 'payme' ELSE 'card' END, e.source_id, 'approved', b - interval '9 minutes',
           CASE WHEN s.id % 3 > 0 THEN b - interval '8 minutes' END, b, b, s.id, b, b + interval '1 month'
      FROM subscriptions s JOIN end_users e ON e.id = s.end_user_id
     CROSS JOIN LATERAL generate_series(s.started_at, least(s.expires_at, now()) - interval '1 day', interval '1 month') b
     WHERE e.user_bot_id = ${botId};
    INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, months, added_from, added_to, created_at)
    SELECT user_bot_id, end_user_id, subscription_id, channel_id, 'payment', id, 1, extended_from, extended_to, approved_at
      FROM payments WHERE user_bot_id = ${botId};
    DROP TABLE stays`);
  return { botId, ownerTelegramUserId: BigInt(telegramId) };
}
