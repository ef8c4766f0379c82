-- Of Stars: who paid, because Telegram returns them to that person alone.
ALTER TABLE "payment_attempts" ADD COLUMN "payer_telegram_id" BIGINT;

-- Stars are for whoever has paid their tariff, and pay for those plans alone that have a price in them.
CREATE OR REPLACE VIEW "payment_methods_offered" AS
SELECT b."id" AS "user_bot_id", m."method", m."offered_until"
  FROM "user_bots" b
 CROSS JOIN LATERAL (VALUES
   ('card', CASE WHEN b."card_number" IS NOT NULL AND b."card_enabled" THEN 'infinity'::timestamptz END),
   ('stars', CASE WHEN b."stars_enabled" THEN (
     SELECT max(coalesce(t."expires_at", 'infinity')) FROM "admin_subscriptions" t
      WHERE t."user_admin_id" = b."user_admin_id" AND t."status" = 'active') END)) m("method", "offered_until")
 WHERE m."offered_until" IS NOT NULL
UNION ALL
SELECT a."user_bot_id", a."provider", coalesce(t."expires_at", 'infinity')
  FROM "merchant_accounts" a
  JOIN "user_bots" b ON b."id" = a."user_bot_id"
  JOIN "admin_subscriptions" t ON t."user_admin_id" = b."user_admin_id" AND t."status" = 'active'
 WHERE a."removed_at" IS NULL AND a."enabled" AND a."live_at" IS NOT NULL AND a."encrypted_secrets" IS NOT NULL;

CREATE OR REPLACE VIEW "plans_on_sale" AS
SELECT p."id", p."channel_id", p."duration_months", p."price", c."user_bot_id",
       p."duration_days", p."ends_on", p."name", p."is_trial", p."is_custom",
       ARRAY(SELECT pc."channel_id" FROM "plan_chats" pc WHERE pc."plan_id" = p."id"
              ORDER BY pc."channel_id" <> p."channel_id", pc."channel_id") AS "channel_ids",
       CASE WHEN p."is_trial" AND p."price" = 0 THEN 'infinity'
            WHEN p."stars_price" IS NULL THEN offer."until"
            ELSE greatest(offer."until", offer."stars_until") END AS "sold_until",
       p."stars_price"
  FROM "plans" p
  JOIN "channels" c ON c."id" = p."channel_id"
  JOIN "user_bots" b ON b."id" = c."user_bot_id"
  JOIN "user_admins" o ON o."id" = b."user_admin_id"
 -- Of the bot alone, so that it is looked up once for all of its plans.
 CROSS JOIN LATERAL (
   SELECT max(m."offered_until") FILTER (WHERE m."method" <> 'stars') AS "until",
          max(m."offered_until") FILTER (WHERE m."method" = 'stars') AS "stars_until"
     FROM "payment_methods_offered" m WHERE m."user_bot_id" = b."id") offer
 WHERE p."is_active" AND p."archived_at" IS NULL
   AND NOT EXISTS (
     SELECT FROM "plan_chats" pc JOIN "channels" x ON x."id" = pc."channel_id"
      WHERE pc."plan_id" = p."id"
        AND (x."connected_at" IS NULL OR x."disconnected_at" IS NOT NULL
             OR x."is_basic_group" OR x."is_public" OR NOT x."can_invite" OR NOT x."can_restrict"))
   AND b."is_active" AND b."paused_at" IS NULL
   AND (p."is_trial" AND p."price" = 0 OR offer."until" IS NOT NULL
        OR p."stars_price" IS NOT NULL AND offer."stars_until" IS NOT NULL)
   AND NOT o."banned";
