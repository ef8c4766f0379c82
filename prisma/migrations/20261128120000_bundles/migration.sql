-- What a plan opens: its first chat and those sold together with it.
CREATE TABLE "plan_chats" (
  "plan_id" INTEGER NOT NULL REFERENCES "plans" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "channel_id" INTEGER NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  PRIMARY KEY ("plan_id", "channel_id")
);
CREATE INDEX "plan_chats_channel_id_idx" ON "plan_chats" ("channel_id");

-- What was sold, fixed at the choice. What it refers to is checked once the old rows are in it: a check of each row as it is
-- written would hold every buyer until the last one is.
CREATE TABLE "payment_chats" (
  "payment_id" INTEGER NOT NULL,
  "channel_id" INTEGER NOT NULL,
  "end_user_id" INTEGER NOT NULL,
  "is_open" BOOLEAN NOT NULL,
  PRIMARY KEY ("payment_id", "channel_id")
);
CREATE INDEX "payment_chats_end_user_id_channel_id_idx" ON "payment_chats" ("end_user_id", "channel_id");
CREATE INDEX "payment_chats_channel_id_idx" ON "payment_chats" ("channel_id") WHERE "is_open";
CREATE UNIQUE INDEX "payment_chats_one_open_per_end_user_and_channel_key" ON "payment_chats" ("end_user_id", "channel_id") WHERE "is_open";
