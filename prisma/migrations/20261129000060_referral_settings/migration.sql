ALTER TABLE "bot_settings"
  ADD COLUMN "referral" TEXT NOT NULL DEFAULT 'off' CHECK ("referral" IN ('off', 'days', 'percent')),
  ADD COLUMN "referral_days" INTEGER NOT NULL DEFAULT 7 CHECK ("referral_days" BETWEEN 1 AND 90),
  ADD COLUMN "referral_percent" INTEGER NOT NULL DEFAULT 20 CHECK ("referral_percent" BETWEEN 5 AND 50),
  ADD COLUMN "friend_percent" INTEGER NOT NULL DEFAULT 0 CHECK ("friend_percent" BETWEEN 0 AND 50);
