ALTER TABLE "end_users"
  -- Since when they want no offers. Null: they may get some.
  ADD COLUMN "offers_off_at" TIMESTAMPTZ(3);

ALTER TABLE "subscriptions"
  -- When its holder was asked to come back. Null: never.
  ADD COLUMN "winback_at" TIMESTAMPTZ(3);
