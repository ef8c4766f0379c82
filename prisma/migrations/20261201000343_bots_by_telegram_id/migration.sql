-- A provider's call names a bot by its id at Telegram, and may be for an owner who has removed it since.
CREATE INDEX "user_bots_telegram_bot_id_idx" ON "user_bots" ("telegram_bot_id");
