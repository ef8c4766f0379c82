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
