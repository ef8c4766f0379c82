-- What is asked for again by the same key is the same question.
ALTER TABLE "panel_confirmations" ADD COLUMN "request_key" TEXT;
CREATE UNIQUE INDEX "panel_confirmations_telegram_id_request_key_key" ON "panel_confirmations" ("telegram_id", "request_key");
