-- What waits for one bot is looked for when its door opens, and when somebody asks for a link again.
CREATE INDEX "promises_user_bot_id_idx" ON "promises" ("user_bot_id");
