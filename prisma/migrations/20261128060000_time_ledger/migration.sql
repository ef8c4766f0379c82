-- What gave a subscription its time. An end is where the time began and the lengths of all entries that live.
CREATE TABLE "time_entries" (
  "id" SERIAL NOT NULL,
  "user_bot_id" INTEGER NOT NULL,
  "end_user_id" INTEGER NOT NULL,
  "subscription_id" INTEGER NOT NULL,
  "channel_id" INTEGER NOT NULL,
  "source" TEXT NOT NULL CHECK ("source" IN ('payment', 'grant', 'promo', 'trial', 'referral', 'gift', 'import', 'trust')),
  "source_id" INTEGER,
  "months" INTEGER CHECK ("months" >= 0),
  "added_from" TIMESTAMPTZ(3) NOT NULL,
  "added_to" TIMESTAMPTZ(3) CHECK ("added_to" >= "added_from"),
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "taken_back_at" TIMESTAMPTZ(3),
  CONSTRAINT "time_entries_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "time_entries_user_bot_id_fkey" FOREIGN KEY ("user_bot_id") REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "time_entries_end_user_id_fkey" FOREIGN KEY ("end_user_id") REFERENCES "end_users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "time_entries_subscription_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscriptions" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "time_entries_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "time_entries_subscription_id_idx" ON "time_entries" ("subscription_id");
CREATE INDEX "time_entries_end_user_id_idx" ON "time_entries" ("end_user_id");
CREATE UNIQUE INDEX "time_entries_one_living_per_source_and_channel_key"
  ON "time_entries" ("source", "source_id", "channel_id") WHERE "taken_back_at" IS NULL;

-- What approvals gave so far. Grants left no trace of their length: their time stays in the end itself.
INSERT INTO "time_entries" ("user_bot_id", "end_user_id", "subscription_id", "channel_id", "source", "source_id",
                            "months", "added_from", "added_to", "created_at")
SELECT "user_bot_id", "end_user_id", "subscription_id", "channel_id", 'payment', "id",
       "duration_months", "extended_from", "extended_to", coalesce("approved_at", "extended_from")
  FROM "payments"
 WHERE "status" = 'approved' AND "subscription_id" IS NOT NULL AND "extended_from" IS NOT NULL
   AND ("extended_to" IS NULL OR "extended_to" >= "extended_from")
 ORDER BY "approved_at", "id";
