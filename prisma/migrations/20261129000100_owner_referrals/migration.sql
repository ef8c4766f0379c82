-- Owners who were brought by owners, and what became of the reward.
CREATE TABLE "owner_referrals" (
  "id" SERIAL PRIMARY KEY,
  "inviter_id" INTEGER NOT NULL REFERENCES "user_admins" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "friend_id" INTEGER NOT NULL REFERENCES "user_admins" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  -- A keyed hash of the friend's Telegram id: whoever comes again after they were forgotten was brought before.
  "person" BIGINT NOT NULL,
  "arrived_at" TIMESTAMPTZ(3) NOT NULL,
  -- The tariff that the reward is for.
  "tariff_payment_id" INTEGER REFERENCES "tariff_payments" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "status" TEXT NOT NULL DEFAULT 'came' CHECK ("status" IN ('came', 'given', 'waiting', 'void')),
  "settled_at" TIMESTAMPTZ(3),
  CHECK ("inviter_id" <> "friend_id")
);
CREATE UNIQUE INDEX "owner_referrals_friend_id_key" ON "owner_referrals" ("friend_id");
CREATE UNIQUE INDEX "owner_referrals_person_key" ON "owner_referrals" ("person");
CREATE INDEX "owner_referrals_inviter_id_idx" ON "owner_referrals" ("inviter_id");
