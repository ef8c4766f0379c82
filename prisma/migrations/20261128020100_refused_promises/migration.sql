-- Since when Telegram refuses a promise, and when that was reported, by the database's clock.
ALTER TABLE "promises" ADD COLUMN "refused_at" TIMESTAMPTZ(3), ADD COLUMN "reported_at" TIMESTAMPTZ(3);
