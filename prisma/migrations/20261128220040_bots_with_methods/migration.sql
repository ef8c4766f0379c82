ALTER TABLE "user_bots"
  ADD COLUMN "card_enabled" BOOLEAN NOT NULL DEFAULT true,
  ADD COLUMN "stars_enabled" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "terms_message" TEXT,
  ADD COLUMN "star_transactions_seen" INTEGER NOT NULL DEFAULT 0;
