-- Who helps an owner with a bot, and the links by which they ask to.
CREATE TABLE "bot_managers" (
  "id" SERIAL NOT NULL,
  "user_bot_id" INTEGER NOT NULL,
  "telegram_id" BIGINT NOT NULL,
  "full_name" TEXT NOT NULL,
  "username" TEXT,
  "role" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "added_at" TIMESTAMPTZ(3) NOT NULL,
  "removed_at" TIMESTAMPTZ(3),
  CONSTRAINT "bot_managers_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "bot_managers_user_bot_id_fkey" FOREIGN KEY ("user_bot_id") REFERENCES "user_bots"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "bot_managers_role_check" CHECK ("role" IN ('receipts', 'support', 'all')),
  CONSTRAINT "bot_managers_status_check" CHECK ("status" IN ('asked', 'active', 'removed'))
);
CREATE UNIQUE INDEX "bot_managers_person_key" ON "bot_managers" ("user_bot_id", "telegram_id") WHERE "status" <> 'removed';
CREATE INDEX "bot_managers_telegram_id_idx" ON "bot_managers" ("telegram_id");

CREATE TABLE "manager_invites" (
  "id" SERIAL NOT NULL,
  "user_bot_id" INTEGER NOT NULL,
  "role" TEXT NOT NULL,
  "token_hash" BYTEA NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "opened_by" BIGINT,
  "used_at" TIMESTAMPTZ(3),
  CONSTRAINT "manager_invites_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "manager_invites_user_bot_id_fkey" FOREIGN KEY ("user_bot_id") REFERENCES "user_bots"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "manager_invites_role_check" CHECK ("role" IN ('receipts', 'support', 'all'))
);
CREATE UNIQUE INDEX "manager_invites_token_hash_key" ON "manager_invites" ("token_hash");
CREATE INDEX "manager_invites_user_bot_id_idx" ON "manager_invites" ("user_bot_id");

-- Whoever came to help with somebody else's bot is told of when they add a first one of their own.
ALTER TABLE "user_admins" ADD COLUMN "is_announced" BOOLEAN NOT NULL DEFAULT true;
