-- Who was brought by whom, on which terms, and what became of the reward.
CREATE TABLE "referrals" (
  "id" SERIAL PRIMARY KEY,
  "user_bot_id" INTEGER NOT NULL REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  -- Null once they have gone without having bought anything.
  "inviter_id" INTEGER REFERENCES "end_users" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "friend_id" INTEGER REFERENCES "end_users" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  -- A keyed hash of the friend's Telegram id: whoever comes again after they were forgotten was brought before.
  "person" BIGINT NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('days', 'percent')),
  "value" INTEGER NOT NULL CHECK ("value" > 0),
  "friend_percent" INTEGER NOT NULL CHECK ("friend_percent" BETWEEN 0 AND 50),
  "arrived_at" TIMESTAMPTZ(3) NOT NULL,
  -- The purchase that the reward is for.
  "payment_id" INTEGER REFERENCES "payments" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "status" TEXT NOT NULL DEFAULT 'came' CHECK ("status" IN ('came', 'given', 'waiting', 'held', 'capped', 'denied', 'void')),
  "settled_at" TIMESTAMPTZ(3),
  -- A discount that the inviter was given as the reward, and one that the friend was welcomed with.
  "promo_code_id" INTEGER REFERENCES "promo_codes" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "friend_code_id" INTEGER REFERENCES "promo_codes" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "referrals_friend_id_key" ON "referrals" ("friend_id");
CREATE UNIQUE INDEX "referrals_user_bot_id_person_key" ON "referrals" ("user_bot_id", "person");
CREATE INDEX "referrals_inviter_id_settled_at_idx" ON "referrals" ("inviter_id", "settled_at");
