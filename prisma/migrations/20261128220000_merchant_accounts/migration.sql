-- What a bot has at a provider of payments. It stays when it is removed: what was paid through it refers to it.
CREATE TABLE "merchant_accounts" (
  "id" SERIAL PRIMARY KEY,
  "user_bot_id" INTEGER NOT NULL REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "provider" TEXT NOT NULL CHECK ("provider" IN ('payme', 'click', 'uzum')),
  "details" JSONB NOT NULL,
  -- Fernet of JSON { live, test }.
  "encrypted_secrets" TEXT,
  "keys_set_at" TIMESTAMPTZ(3),
  "ikpu" TEXT CHECK ("ikpu" ~ '^[0-9]{17}$'),
  "package_code" TEXT CHECK ("package_code" ~ '^[0-9]{1,20}$'),
  "vat_percent" INTEGER CHECK ("vat_percent" BETWEEN 0 AND 100),
  "fee_paid_at" TIMESTAMPTZ(3),
  -- Null: not for buyers.
  "live_at" TIMESTAMPTZ(3),
  "enabled" BOOLEAN NOT NULL DEFAULT true,
  "last_accepted_at" TIMESTAMPTZ(3),
  "last_refused_at" TIMESTAMPTZ(3),
  -- Calls refused in a row since then, none accepted between; and when its owner was told of such a row.
  "refused_calls" INTEGER NOT NULL DEFAULT 0,
  "refused_since" TIMESTAMPTZ(3),
  "refusals_told_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "removed_at" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "merchant_accounts_one_per_bot_and_provider_key" ON "merchant_accounts" ("user_bot_id", "provider") WHERE "removed_at" IS NULL;
CREATE INDEX "merchant_accounts_user_bot_id_idx" ON "merchant_accounts" ("user_bot_id");
