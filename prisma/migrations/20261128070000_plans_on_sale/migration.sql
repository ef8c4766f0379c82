-- The one rule of when a plan may be bought: the bot runs and is not paused, its owner is not banned and has a card, the
-- chat is connected with every right it needs. Whoever shows plans and whoever lets one be chosen reads it here.
CREATE VIEW "plans_on_sale" AS
SELECT p."id", p."channel_id", p."duration_months", p."price", c."user_bot_id"
  FROM "plans" p
  JOIN "channels" c ON c."id" = p."channel_id"
  JOIN "user_bots" b ON b."id" = c."user_bot_id"
  JOIN "user_admins" o ON o."id" = b."user_admin_id"
 WHERE p."is_active"
   AND c."connected_at" IS NOT NULL AND c."disconnected_at" IS NULL
   AND NOT c."is_basic_group" AND NOT c."is_public" AND c."can_invite" AND c."can_restrict"
   AND b."is_active" AND b."paused_at" IS NULL AND b."card_number" IS NOT NULL
   AND NOT o."banned";
