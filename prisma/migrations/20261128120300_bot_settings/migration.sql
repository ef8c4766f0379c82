-- How an owner sells, beyond prices. No row: the defaults.
CREATE TABLE "bot_settings" (
  "user_bot_id" INTEGER NOT NULL REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "grace_days" INTEGER NOT NULL DEFAULT 0 CHECK ("grace_days" BETWEEN 0 AND 14),
  "winback_days" INTEGER NOT NULL DEFAULT 0 CHECK ("winback_days" BETWEEN 0 AND 60),
  "winback_percent" INTEGER NOT NULL DEFAULT 0 CHECK ("winback_percent" BETWEEN 0 AND 50),
  "unique_amount" BOOLEAN NOT NULL DEFAULT false,
  PRIMARY KEY ("user_bot_id")
);
