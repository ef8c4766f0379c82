-- A plan lasts for calendar months (0 = lifetime), for days, or to the end of a date.
ALTER TABLE "plans"
  ADD COLUMN "duration_days" INTEGER CHECK ("duration_days" BETWEEN 1 AND 3650),
  ADD COLUMN "ends_on" DATE,
  ADD COLUMN "name" TEXT CHECK (char_length("name") BETWEEN 1 AND 32),
  ADD COLUMN "is_trial" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "is_custom" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "archived_at" TIMESTAMPTZ(3),
  ALTER COLUMN "duration_months" DROP NOT NULL,
  DROP CONSTRAINT "plans_duration_months_check",
  ADD CONSTRAINT "plans_duration_months_check" CHECK ("duration_months" BETWEEN 0 AND 60),
  ADD CONSTRAINT "plans_one_duration_check" CHECK (num_nonnulls("duration_months", "duration_days", "ends_on") = 1),
  DROP CONSTRAINT "plans_price_check",
  ADD CONSTRAINT "plans_price_check" CHECK ("price" > 0 OR ("is_trial" AND "price" = 0)),
  ADD CONSTRAINT "plans_trial_check" CHECK (NOT "is_trial" OR "duration_days" BETWEEN 1 AND 30);

-- The standard plans keep their rows and buttons; others live beside them.
DROP INDEX "plans_channel_id_duration_months_key";
CREATE UNIQUE INDEX "plans_channel_id_duration_months_key" ON "plans" ("channel_id", "duration_months") WHERE NOT "is_custom";
CREATE UNIQUE INDEX "plans_one_trial_per_chat_key" ON "plans" ("channel_id") WHERE "is_trial" AND "archived_at" IS NULL;
CREATE INDEX "plans_channel_id_idx" ON "plans" ("channel_id");

ALTER TABLE "payments"
  ADD COLUMN "duration_days" INTEGER,
  ADD COLUMN "ends_on" DATE,
  ALTER COLUMN "duration_months" DROP NOT NULL,
  DROP CONSTRAINT "payments_duration_months_check",
  ADD CONSTRAINT "payments_one_duration_check" CHECK (num_nonnulls("duration_months", "duration_days", "ends_on") = 1) NOT VALID;

-- What is laid anew is laid by what it was: days keep the local time of day, a date stays that date.
ALTER TABLE "time_entries"
  ADD COLUMN "days" INTEGER CHECK ("days" >= 0),
  ADD COLUMN "ends_on" DATE;

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
   AND (p."is_trial" AND p."price" = 0 OR EXISTS (SELECT FROM "payment_methods_offered" m WHERE m."user_bot_id" = b."id"))
   AND NOT o."banned";
