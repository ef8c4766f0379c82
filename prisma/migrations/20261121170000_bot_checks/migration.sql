-- How many checks in a row found somebody else's webhook.
ALTER TABLE "user_bots" ADD COLUMN "webhook_taken_times" INTEGER NOT NULL DEFAULT 0;
