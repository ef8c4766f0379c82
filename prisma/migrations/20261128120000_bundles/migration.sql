-- What a plan opens: its first chat and those sold together with it.
CREATE TABLE "plan_chats" (
  "plan_id" INTEGER NOT NULL REFERENCES "plans" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "channel_id" INTEGER NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  PRIMARY KEY ("plan_id", "channel_id")
);
CREATE INDEX "plan_chats_channel_id_idx" ON "plan_chats" ("channel_id");

-- What was sold, fixed at the choice.
CREATE TABLE "payment_chats" (
  "payment_id" INTEGER NOT NULL REFERENCES "payments" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "channel_id" INTEGER NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "end_user_id" INTEGER NOT NULL REFERENCES "end_users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "is_open" BOOLEAN NOT NULL,
  PRIMARY KEY ("payment_id", "channel_id")
);
CREATE INDEX "payment_chats_end_user_id_channel_id_idx" ON "payment_chats" ("end_user_id", "channel_id");
CREATE INDEX "payment_chats_channel_id_idx" ON "payment_chats" ("channel_id") WHERE "is_open";
CREATE UNIQUE INDEX "payment_chats_one_open_per_end_user_and_channel_key" ON "payment_chats" ("end_user_id", "channel_id") WHERE "is_open";

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
