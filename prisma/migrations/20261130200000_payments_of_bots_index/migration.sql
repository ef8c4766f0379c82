-- In a step of its own, for tables that are long. A bot's payments are read newest first, page by page.
CREATE INDEX "payments_user_bot_id_id_idx" ON "payments" ("user_bot_id", "id");
