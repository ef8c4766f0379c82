-- By which methods a bot can be paid now. Each method is one more SELECT here.
CREATE VIEW "payment_methods_offered" AS
SELECT b."id" AS "user_bot_id", 'card' AS "method" FROM "user_bots" b WHERE b."card_number" IS NOT NULL;

-- A plan needs some way to pay for it, no longer a card.
CREATE OR REPLACE VIEW "plans_on_sale" AS
SELECT p."id", p."channel_id", p."duration_months", p."price", c."user_bot_id"
  FROM "plans" p
  JOIN "channels" c ON c."id" = p."channel_id"
  JOIN "user_bots" b ON b."id" = c."user_bot_id"
  JOIN "user_admins" o ON o."id" = b."user_admin_id"
 WHERE p."is_active"
   AND c."connected_at" IS NOT NULL AND c."disconnected_at" IS NULL
   AND NOT c."is_basic_group" AND NOT c."is_public" AND c."can_invite" AND c."can_restrict"
   AND b."is_active" AND b."paused_at" IS NULL
   AND EXISTS (SELECT FROM "payment_methods_offered" m WHERE m."user_bot_id" = b."id")
   AND NOT o."banned";
