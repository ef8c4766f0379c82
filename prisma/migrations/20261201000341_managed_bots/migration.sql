-- Bots whose tokens Telegram gives to the main bot, and those that have become somebody else's there.
ALTER TABLE "user_bots" ADD COLUMN "is_managed" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "token_replaced_at" TIMESTAMPTZ(3),
  ADD COLUMN "handed_over_to" BIGINT,
  ADD COLUMN "handed_over_at" TIMESTAMPTZ(3);
