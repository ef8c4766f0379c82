-- Receipts go to managers alone; the owner gets those that still wait after a day.
ALTER TABLE "bot_settings" ADD COLUMN "quiet_receipts" BOOLEAN NOT NULL DEFAULT false;
