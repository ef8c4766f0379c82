-- Sold only while every chat of the plan can be. Whether a date is still far enough is for those to ask who know the time
-- zone.
CREATE OR REPLACE VIEW "plans_on_sale" AS
SELECT p."id", p."channel_id", p."duration_months", p."price", c."user_bot_id",
       p."duration_days", p."ends_on", p."name", p."is_trial", p."is_custom",
       ARRAY(SELECT pc."channel_id" FROM "plan_chats" pc WHERE pc."plan_id" = p."id"
              ORDER BY pc."channel_id" <> p."channel_id", pc."channel_id") AS "channel_ids"
  FROM "plans" p
  JOIN "channels" c ON c."id" = p."channel_id"
  JOIN "user_bots" b ON b."id" = c."user_bot_id"
  JOIN "user_admins" o ON o."id" = b."user_admin_id"
 WHERE p."is_active" AND p."archived_at" IS NULL
   AND NOT EXISTS (
     SELECT FROM "plan_chats" pc JOIN "channels" x ON x."id" = pc."channel_id"
      WHERE pc."plan_id" = p."id"
        AND (x."connected_at" IS NULL OR x."disconnected_at" IS NOT NULL
             OR x."is_basic_group" OR x."is_public" OR NOT x."can_invite" OR NOT x."can_restrict"))
   AND b."is_active" AND b."paused_at" IS NULL
   -- Not EXISTS: Postgres would look at the methods of all bots first.
   AND (p."is_trial" AND p."price" = 0
        OR (SELECT true FROM "payment_methods_offered" m WHERE m."user_bot_id" = b."id" LIMIT 1))
   AND NOT o."banned";
