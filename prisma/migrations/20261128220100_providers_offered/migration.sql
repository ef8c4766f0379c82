-- By which methods a bot can be paid, and until when that is so: providers are for those who have paid their tariff. Each
-- method is one more SELECT here. Whether the end has come is for those to ask who know the time.
CREATE OR REPLACE VIEW "payment_methods_offered" AS
SELECT b."id" AS "user_bot_id", 'card' AS "method", 'infinity'::timestamptz AS "offered_until"
  FROM "user_bots" b WHERE b."card_number" IS NOT NULL AND b."card_enabled"
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
       CASE WHEN p."is_trial" AND p."price" = 0 THEN 'infinity' ELSE offer."until" END AS "sold_until"
  FROM "plans" p
  JOIN "channels" c ON c."id" = p."channel_id"
  JOIN "user_bots" b ON b."id" = c."user_bot_id"
  JOIN "user_admins" o ON o."id" = b."user_admin_id"
 CROSS JOIN LATERAL (SELECT max(m."offered_until") AS "until" FROM "payment_methods_offered" m WHERE m."user_bot_id" = b."id") offer
 WHERE p."is_active" AND p."archived_at" IS NULL
   AND NOT EXISTS (
     SELECT FROM "plan_chats" pc JOIN "channels" x ON x."id" = pc."channel_id"
      WHERE pc."plan_id" = p."id"
        AND (x."connected_at" IS NULL OR x."disconnected_at" IS NOT NULL
             OR x."is_basic_group" OR x."is_public" OR NOT x."can_invite" OR NOT x."can_restrict"))
   AND b."is_active" AND b."paused_at" IS NULL
   AND (p."is_trial" AND p."price" = 0 OR offer."until" IS NOT NULL)
   AND NOT o."banned";
