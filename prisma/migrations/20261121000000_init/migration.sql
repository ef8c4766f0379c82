CREATE TABLE "user_admins" (
  "id" SERIAL NOT NULL,
  "telegram_id" BIGINT NOT NULL,
  "username" TEXT,
  "full_name" TEXT NOT NULL,
  "language" TEXT NOT NULL CHECK ("language" IN ('uz', 'en', 'ru')),
  "language_chosen_at" TIMESTAMPTZ(3),
  "banned" BOOLEAN NOT NULL DEFAULT false,
  "blocked_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "user_admins_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "user_admins_telegram_id_key" ON "user_admins" ("telegram_id");

CREATE TABLE "user_bots" (
  "id" SERIAL NOT NULL,
  "user_admin_id" INTEGER NOT NULL,
  "telegram_bot_id" BIGINT NOT NULL,
  "bot_token" TEXT NOT NULL,
  "bot_username" TEXT NOT NULL,
  "bot_name" TEXT NOT NULL,
  "is_active" BOOLEAN NOT NULL DEFAULT true,
  "paused_at" TIMESTAMPTZ(3),
  "token_dead_at" TIMESTAMPTZ(3),
  "removed_at" TIMESTAMPTZ(3),
  "released_at" TIMESTAMPTZ(3),
  "muted_at" TIMESTAMPTZ(3),
  "welcome_message" TEXT,
  "payment_method" TEXT NOT NULL DEFAULT 'card',
  "card_number" TEXT CHECK ("card_number" ~ '^[0-9]{13,19}$'),
  "card_holder" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "user_bots_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "user_bots_user_admin_id_fkey" FOREIGN KEY ("user_admin_id") REFERENCES "user_admins" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "user_bots_active_is_neither_removed_nor_dead" CHECK (NOT "is_active" OR ("removed_at" IS NULL AND "token_dead_at" IS NULL))
);
CREATE INDEX "user_bots_user_admin_id_idx" ON "user_bots" ("user_admin_id");
CREATE UNIQUE INDEX "user_bots_live_telegram_bot_id_key" ON "user_bots" ("telegram_bot_id") WHERE "removed_at" IS NULL;

CREATE TABLE "channels" (
  "id" SERIAL NOT NULL,
  "user_bot_id" INTEGER NOT NULL,
  "telegram_chat_id" BIGINT NOT NULL,
  "type" TEXT NOT NULL CHECK ("type" IN ('channel', 'group')),
  "title" TEXT NOT NULL,
  "currency" TEXT NOT NULL DEFAULT 'UZS',
  "is_basic_group" BOOLEAN NOT NULL DEFAULT false,
  "can_invite" BOOLEAN NOT NULL DEFAULT false,
  "can_restrict" BOOLEAN NOT NULL DEFAULT false,
  "connected_at" TIMESTAMPTZ(3),
  "disconnected_at" TIMESTAMPTZ(3),
  CONSTRAINT "channels_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "channels_user_bot_id_fkey" FOREIGN KEY ("user_bot_id") REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "channels_user_bot_id_idx" ON "channels" ("user_bot_id");
CREATE INDEX "channels_telegram_chat_id_idx" ON "channels" ("telegram_chat_id");
CREATE UNIQUE INDEX "channels_one_connected_of_a_type_key" ON "channels" ("user_bot_id", "type") WHERE "connected_at" IS NOT NULL AND "disconnected_at" IS NULL;
CREATE UNIQUE INDEX "channels_one_bot_a_chat_key" ON "channels" ("telegram_chat_id") WHERE "connected_at" IS NOT NULL AND "disconnected_at" IS NULL;

CREATE TABLE "plans" (
  "id" SERIAL NOT NULL,
  "channel_id" INTEGER NOT NULL,
  "duration_months" INTEGER NOT NULL CHECK ("duration_months" IN (0, 1, 6, 12)),
  "price" NUMERIC(12,2) NOT NULL CHECK ("price" > 0),
  "is_active" BOOLEAN NOT NULL DEFAULT true,
  CONSTRAINT "plans_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "plans_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "plans_channel_id_duration_months_key" ON "plans" ("channel_id", "duration_months");

CREATE TABLE "end_users" (
  "id" SERIAL NOT NULL,
  "telegram_id" BIGINT NOT NULL,
  "user_bot_id" INTEGER NOT NULL,
  "username" TEXT,
  "full_name" TEXT NOT NULL,
  "language" TEXT NOT NULL CHECK ("language" IN ('uz', 'en', 'ru')),
  "language_chosen_at" TIMESTAMPTZ(3),
  "banned" BOOLEAN NOT NULL DEFAULT false,
  "blocked_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "end_users_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "end_users_user_bot_id_fkey" FOREIGN KEY ("user_bot_id") REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "end_users_telegram_id_user_bot_id_key" ON "end_users" ("telegram_id", "user_bot_id");
CREATE INDEX "end_users_telegram_id_idx" ON "end_users" ("telegram_id");
CREATE INDEX "end_users_user_bot_id_idx" ON "end_users" ("user_bot_id");

CREATE TABLE "payments" (
  "id" SERIAL NOT NULL,
  "end_user_id" INTEGER NOT NULL,
  "user_bot_id" INTEGER NOT NULL,
  "channel_id" INTEGER NOT NULL,
  "plan_id" INTEGER NOT NULL,
  "duration_months" INTEGER NOT NULL CHECK ("duration_months" IN (0, 1, 6, 12)),
  "amount" NUMERIC(12,2) NOT NULL CHECK ("amount" > 0),
  "payment_method" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('created', 'pending', 'approved', 'rejected', 'cancelled', 'reversed')),
  "screenshot_file_id" TEXT,
  "screenshot_unique_id" TEXT,
  "receipt_kind" TEXT CHECK ("receipt_kind" IN ('photo', 'document')),
  "receipt_at" TIMESTAMPTZ(3),
  "receipt_message_id" INTEGER,
  "reject_reason" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "approved_at" TIMESTAMPTZ(3),
  "decided_at" TIMESTAMPTZ(3),
  "reviewed_by" BIGINT,
  CONSTRAINT "payments_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "payments_end_user_id_fkey" FOREIGN KEY ("end_user_id") REFERENCES "end_users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "payments_user_bot_id_fkey" FOREIGN KEY ("user_bot_id") REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "payments_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "payments_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plans" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "payments_status_idx" ON "payments" ("status");
CREATE INDEX "payments_user_bot_id_status_created_at_idx" ON "payments" ("user_bot_id", "status", "created_at");
CREATE INDEX "payments_end_user_id_created_at_idx" ON "payments" ("end_user_id", "created_at");
CREATE INDEX "payments_user_bot_id_screenshot_unique_id_idx" ON "payments" ("user_bot_id", "screenshot_unique_id");
CREATE UNIQUE INDEX "payments_one_open_per_end_user_and_channel_key" ON "payments" ("end_user_id", "channel_id") WHERE "status" IN ('created', 'pending');

CREATE TABLE "review_messages" (
  "id" SERIAL NOT NULL,
  "payment_id" INTEGER NOT NULL,
  "telegram_bot_id" BIGINT NOT NULL,
  "chat_id" BIGINT NOT NULL,
  "message_id" INTEGER NOT NULL,
  CONSTRAINT "review_messages_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "review_messages_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "review_messages_payment_id_telegram_bot_id_chat_id_message__key" ON "review_messages" ("payment_id", "telegram_bot_id", "chat_id", "message_id");

CREATE TABLE "subscriptions" (
  "id" SERIAL NOT NULL,
  "end_user_id" INTEGER NOT NULL,
  "channel_id" INTEGER NOT NULL,
  "payment_id" INTEGER,
  "invite_link" TEXT,
  "link_used" BOOLEAN NOT NULL DEFAULT false,
  "joined_at" TIMESTAMPTZ(3),
  "started_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3),
  "kicked_at" TIMESTAMPTZ(3),
  "status" TEXT NOT NULL CHECK ("status" IN ('active', 'expired', 'kicked')),
  "notified_3day" BOOLEAN NOT NULL DEFAULT false,
  "notified_1day" BOOLEAN NOT NULL DEFAULT false,
  "delivered_at" TIMESTAMPTZ(3),
  CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "subscriptions_end_user_id_fkey" FOREIGN KEY ("end_user_id") REFERENCES "end_users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "subscriptions_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "subscriptions_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE INDEX "subscriptions_end_user_id_idx" ON "subscriptions" ("end_user_id");
CREATE INDEX "subscriptions_channel_id_idx" ON "subscriptions" ("channel_id");
CREATE INDEX "subscriptions_active_expires_at_status_idx" ON "subscriptions" ("expires_at", "status") WHERE "status" = 'active';
CREATE UNIQUE INDEX "subscriptions_one_active_per_end_user_and_channel_key" ON "subscriptions" ("end_user_id", "channel_id") WHERE "status" = 'active';

CREATE TABLE "invite_links" (
  "id" SERIAL NOT NULL,
  "subscription_id" INTEGER NOT NULL,
  "channel_id" INTEGER NOT NULL,
  "link" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "revoked_at" TIMESTAMPTZ(3),
  CONSTRAINT "invite_links_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "invite_links_subscription_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscriptions" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "invite_links_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "invite_links_link_key" ON "invite_links" ("link");
CREATE INDEX "invite_links_subscription_id_idx" ON "invite_links" ("subscription_id");

CREATE TABLE "admin_subscriptions" (
  "id" SERIAL NOT NULL,
  "user_admin_id" INTEGER NOT NULL,
  "plan" TEXT NOT NULL CHECK ("plan" IN ('free', '1month', '6month', '12month')),
  "started_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3),
  "amount_paid" NUMERIC(12,2) NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('active', 'expired')),
  "notified_3day" BOOLEAN NOT NULL DEFAULT false,
  "notified_1day" BOOLEAN NOT NULL DEFAULT false,
  CONSTRAINT "admin_subscriptions_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "admin_subscriptions_user_admin_id_fkey" FOREIGN KEY ("user_admin_id") REFERENCES "user_admins" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "admin_subscriptions_user_admin_id_idx" ON "admin_subscriptions" ("user_admin_id");
CREATE UNIQUE INDEX "admin_subscriptions_one_active_per_owner_key" ON "admin_subscriptions" ("user_admin_id") WHERE "status" = 'active';
CREATE INDEX "admin_subscriptions_active_expires_at_idx" ON "admin_subscriptions" ("expires_at") WHERE "status" = 'active';

CREATE TABLE "tariff_payments" (
  "id" SERIAL NOT NULL,
  "user_admin_id" INTEGER NOT NULL,
  "duration_months" INTEGER NOT NULL CHECK ("duration_months" IN (1, 6, 12)),
  "amount" NUMERIC(12,2) NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('pending', 'approved', 'rejected')),
  "screenshot_file_id" TEXT,
  "screenshot_unique_id" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "approved_at" TIMESTAMPTZ(3),
  "reviewed_by" BIGINT,
  CONSTRAINT "tariff_payments_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "tariff_payments_user_admin_id_fkey" FOREIGN KEY ("user_admin_id") REFERENCES "user_admins" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "tariff_payments_user_admin_id_idx" ON "tariff_payments" ("user_admin_id");
CREATE INDEX "tariff_payments_status_idx" ON "tariff_payments" ("status");

CREATE TABLE "support_messages" (
  "id" SERIAL PRIMARY KEY,
  "telegram_bot_id" BIGINT NOT NULL,
  "from_telegram_id" BIGINT NOT NULL,
  "from_message_id" INTEGER NOT NULL,
  "to_telegram_id" BIGINT NOT NULL,
  "answers_message_id" INTEGER,
  "header_message_id" INTEGER,
  "copy_message_id" INTEGER,
  "created_at" TIMESTAMPTZ(3) NOT NULL
);
CREATE UNIQUE INDEX "support_messages_telegram_bot_id_from_telegram_id_from_mess_key" ON "support_messages" ("telegram_bot_id", "from_telegram_id", "from_message_id", "to_telegram_id");
CREATE INDEX "support_messages_telegram_bot_id_to_telegram_id_idx" ON "support_messages" ("telegram_bot_id", "to_telegram_id");

CREATE TABLE "platform_settings" (
  "name" TEXT NOT NULL,
  "value" TEXT NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "platform_settings_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "audit_log" (
  "id" BIGSERIAL NOT NULL,
  "actor" TEXT NOT NULL,
  "action" TEXT NOT NULL,
  "target" TEXT NOT NULL,
  "tenant" INTEGER,
  "at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "audit_log_at_idx" ON "audit_log" ("at");
CREATE INDEX "audit_log_tenant_at_idx" ON "audit_log" ("tenant", "at");

CREATE TABLE "promises" (
  "id" BIGSERIAL NOT NULL,
  "kind" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "user_bot_id" INTEGER,
  "payload" JSONB NOT NULL,
  "due_at" TIMESTAMPTZ(3) NOT NULL,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "claimed_until" TIMESTAMPTZ(3),
  "claimed_by" TEXT,
  "done_at" TIMESTAMPTZ(3),
  "outcome" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "promises_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "promises_key_key" ON "promises" ("key");
CREATE INDEX "promises_open_due_at_idx" ON "promises" ("due_at") WHERE "done_at" IS NULL;

CREATE TABLE "open_questions" (
  "telegram_bot_id" BIGINT NOT NULL,
  "telegram_user_id" BIGINT NOT NULL,
  "question" TEXT NOT NULL,
  "payload" JSONB NOT NULL,
  "asked_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "open_questions_pkey" PRIMARY KEY ("telegram_bot_id", "telegram_user_id")
);
