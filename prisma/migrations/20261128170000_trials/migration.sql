-- Who had a trial in which chat: one a person and chat, ever. The person is a keyed hash, which outlives their wish to be
-- forgotten and is no id; the chat is Telegram's, so that it is the same one whoever sells it.
CREATE TABLE "trial_uses" (
  "person" BIGINT NOT NULL,
  "telegram_chat_id" BIGINT NOT NULL,
  "used_at" TIMESTAMPTZ(3) NOT NULL,
  PRIMARY KEY ("person", "telegram_chat_id")
);
CREATE INDEX "trial_uses_telegram_chat_id_idx" ON "trial_uses" ("telegram_chat_id");

-- A group that grows becomes another chat to Telegram, and stays the same one to whoever had a trial in it.
CREATE FUNCTION "move_trials_of_channel"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO trial_uses (person, telegram_chat_id, used_at)
  SELECT person, NEW.telegram_chat_id, used_at FROM trial_uses WHERE telegram_chat_id = OLD.telegram_chat_id
  ON CONFLICT DO NOTHING;
  DELETE FROM trial_uses WHERE telegram_chat_id = OLD.telegram_chat_id;
  RETURN NULL;
END $$;
CREATE TRIGGER "channels_move_trials" AFTER UPDATE OF "telegram_chat_id" ON "channels"
  FOR EACH ROW WHEN (OLD."telegram_chat_id" <> NEW."telegram_chat_id") EXECUTE FUNCTION "move_trials_of_channel"();

-- How many a bot has given away today is counted at each.
CREATE INDEX "time_entries_trials_idx" ON "time_entries" ("user_bot_id", "created_at") WHERE "source" = 'trial';
