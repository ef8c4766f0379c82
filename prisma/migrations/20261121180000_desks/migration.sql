-- Lists of a bot's people go from page to page by id.
DROP INDEX "end_users_user_bot_id_idx";
CREATE INDEX "end_users_user_bot_id_id_idx" ON "end_users" ("user_bot_id", "id");
