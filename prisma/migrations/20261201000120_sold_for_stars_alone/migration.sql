-- Until when a plan is sold for anything but Stars: from then on its price is the one in Stars.
CREATE OR REPLACE VIEW "plans_on_sale" AS
SELECT p."id", p."channel_id", p."duration_months", p."price", c."user_bot_id",
       p."duration_days", p."ends_on", p."name", p."is_trial", p."is_custom",
       ARRAY(SELECT pc."channel_id" FROM "plan_chats" pc WHERE pc."plan_id" = p."id"
              ORDER BY pc."channel_id" <> p."channel_id", pc."channel_id") AS "channel_ids",
       CASE WHEN p."is_trial" AND p."price" = 0 THEN 'infinity'
            WHEN p."stars_price" IS NULL THEN offer."until"
            ELSE greatest(offer."until", offer."stars_until") END AS "sold_until",
       p."stars_price",
       p."stars_renew" AND p."stars_price" <= 10000 AND NOT p."is_trial" AND (p."duration_months" = 1 OR p."duration_days" = 30)
         AND NOT EXISTS (SELECT FROM "plan_chats" pc WHERE pc."plan_id" = p."id" AND pc."channel_id" <> p."channel_id") AS "renews_in_stars",
       offer."until" AS "uzs_until"
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
