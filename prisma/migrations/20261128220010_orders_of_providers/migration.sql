-- An order by a provider is approved by its money. Until when it takes that, nothing else is chosen in its place.
ALTER TABLE "payments"
  ADD COLUMN "currency" TEXT NOT NULL DEFAULT 'UZS' CHECK ("currency" IN ('UZS', 'XTR')),
  ADD COLUMN "is_test" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "locked_until" TIMESTAMPTZ(3);

-- One open order a person and chat is held by the chats of payments alone: a test order is in nobody's way.
DROP INDEX "payments_one_open_per_end_user_and_channel_key";
CREATE OR REPLACE FUNCTION "add_first_chat_of_payment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payment_chats (payment_id, channel_id, end_user_id, is_open)
  VALUES (NEW.id, NEW.channel_id, NEW.end_user_id, NEW.status IN ('created', 'pending') AND NOT NEW.is_test)
  ON CONFLICT (payment_id, channel_id) DO NOTHING;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION "close_chats_of_payment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE payment_chats SET is_open = NEW.status IN ('created', 'pending') AND NOT NEW.is_test
   WHERE payment_id = NEW.id;
  RETURN NULL;
END $$;
