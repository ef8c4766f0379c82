-- The first chat is written by whoever writes the row, a program that knows no bundles too; and a chat is open to another
-- choice exactly when the payment is, whichever statement decides that.
CREATE FUNCTION "add_first_chat_of_plan"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO plan_chats (plan_id, channel_id) VALUES (NEW.id, NEW.channel_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER "plans_first_chat" AFTER INSERT ON "plans"
  FOR EACH ROW EXECUTE FUNCTION "add_first_chat_of_plan"();

CREATE FUNCTION "add_first_chat_of_payment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payment_chats (payment_id, channel_id, end_user_id, is_open)
  VALUES (NEW.id, NEW.channel_id, NEW.end_user_id, NEW.status IN ('created', 'pending'))
  ON CONFLICT (payment_id, channel_id) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER "payments_first_chat" AFTER INSERT ON "payments"
  FOR EACH ROW EXECUTE FUNCTION "add_first_chat_of_payment"();

CREATE FUNCTION "close_chats_of_payment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE payment_chats SET is_open = NEW.status IN ('created', 'pending') WHERE payment_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER "payments_open_chats" AFTER UPDATE OF "status" ON "payments"
  FOR EACH ROW WHEN ((OLD."status" IN ('created', 'pending')) <> (NEW."status" IN ('created', 'pending')))
  EXECUTE FUNCTION "close_chats_of_payment"();
