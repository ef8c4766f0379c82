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
