-- One try to pay an order. Times are milliseconds that are written once and told for ever.
CREATE TABLE "payment_attempts" (
  "id" SERIAL PRIMARY KEY,
  -- Null: Stars of nobody.
  "payment_id" INTEGER REFERENCES "payments" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "user_bot_id" INTEGER NOT NULL REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "provider" TEXT NOT NULL CHECK ("provider" IN ('payme', 'click', 'uzum', 'stars')),
  "merchant_account_id" INTEGER REFERENCES "merchant_accounts" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "is_test" BOOLEAN NOT NULL DEFAULT false,
  "provider_txn_id" TEXT NOT NULL,
  "paydoc_id" TEXT,
  "amount" BIGINT NOT NULL,
  "currency" TEXT NOT NULL DEFAULT 'UZS' CHECK ("currency" IN ('UZS', 'XTR')),
  "state" TEXT NOT NULL CHECK ("state" IN ('created', 'paid', 'cancelled', 'refunded', 'expired')),
  "settled" BOOLEAN NOT NULL DEFAULT false,
  "provider_time" BIGINT,
  "create_time" BIGINT NOT NULL,
  "perform_time" BIGINT,
  "cancel_time" BIGINT,
  "reason" INTEGER,
  "payment_source" TEXT,
  "fiscal_perform" JSONB,
  "fiscal_cancel" JSONB,
  CONSTRAINT "payment_attempts_account_check" CHECK ("provider" = 'stars' OR ("payment_id" IS NOT NULL AND "merchant_account_id" IS NOT NULL))
);
CREATE UNIQUE INDEX "payment_attempts_txn_key" ON "payment_attempts" ("user_bot_id", "provider", "is_test", "provider_txn_id") WHERE "provider" <> 'click';
-- The test collection of Click uses one number for several orders.
CREATE UNIQUE INDEX "payment_attempts_click_txn_key" ON "payment_attempts" ("payment_id", "provider_txn_id") WHERE "provider" = 'click';
CREATE UNIQUE INDEX "payment_attempts_settled_key" ON "payment_attempts" ("payment_id") WHERE "settled";
CREATE UNIQUE INDEX "payment_attempts_running_key" ON "payment_attempts" ("payment_id") WHERE "state" = 'created' AND "provider" IN ('payme', 'uzum');
CREATE INDEX "payment_attempts_payment_id_idx" ON "payment_attempts" ("payment_id");
CREATE INDEX "payment_attempts_user_bot_id_idx" ON "payment_attempts" ("user_bot_id");
CREATE INDEX "payment_attempts_statement_idx" ON "payment_attempts" ("merchant_account_id", "is_test", "provider_time", "provider_txn_id") WHERE "provider" = 'payme';
CREATE INDEX "payment_attempts_running_idx" ON "payment_attempts" ("create_time") WHERE "state" = 'created';

-- Money that came and gave nothing: its owner returns it, or gives the time instead.
CREATE TABLE "refunds" (
  "id" SERIAL PRIMARY KEY,
  "payment_attempt_id" INTEGER NOT NULL REFERENCES "payment_attempts" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "user_bot_id" INTEGER NOT NULL REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('duplicate', 'late', 'undeliverable', 'unclear', 'foreign')),
  "status" TEXT NOT NULL CHECK ("status" IN ('open', 'sending', 'done', 'credited')),
  "note" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "closed_at" TIMESTAMPTZ(3),
  -- Who closed it, as the trail of decisions names them.
  "closed_by" TEXT,
  -- How often its owner, and then the moderators, were reminded of it.
  "reminders" INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX "refunds_payment_attempt_id_key" ON "refunds" ("payment_attempt_id");
CREATE INDEX "refunds_open_idx" ON "refunds" ("user_bot_id", "id") WHERE "status" IN ('open', 'sending');

-- A subscription at Telegram that is paid in Stars every 30 days.
CREATE TABLE "star_subscriptions" (
  "id" SERIAL PRIMARY KEY,
  "user_bot_id" INTEGER NOT NULL REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "end_user_id" INTEGER NOT NULL REFERENCES "end_users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "channel_id" INTEGER NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "plan_id" INTEGER NOT NULL REFERENCES "plans" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "payment_id" INTEGER NOT NULL REFERENCES "payments" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "first_charge_id" TEXT NOT NULL,
  "stars" INTEGER NOT NULL CHECK ("stars" > 0),
  "state" TEXT NOT NULL CHECK ("state" IN ('active', 'canceled', 'failed', 'ended')),
  "canceled_by" TEXT CHECK ("canceled_by" IN ('user', 'bot')),
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL
);
CREATE UNIQUE INDEX "star_subscriptions_user_bot_id_first_charge_id_key" ON "star_subscriptions" ("user_bot_id", "first_charge_id");
CREATE UNIQUE INDEX "star_subscriptions_one_active_key" ON "star_subscriptions" ("end_user_id", "channel_id") WHERE "state" = 'active';
