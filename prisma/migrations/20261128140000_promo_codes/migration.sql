-- Codes that make a purchase cheaper, or longer. One without an end user is anybody's who knows it.
CREATE TABLE "promo_codes" (
  "id" SERIAL PRIMARY KEY,
  "user_bot_id" INTEGER NOT NULL REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "code" TEXT NOT NULL,
  "kind" TEXT CHECK ("kind" IN ('percent', 'fixed', 'days')),
  "value" DECIMAL(12, 2),
  "max_uses" INTEGER,
  "per_person" INTEGER DEFAULT 1,
  "starts_on" DATE,
  "ends_on" DATE,
  "audience" TEXT NOT NULL DEFAULT 'all' CHECK ("audience" IN ('all', 'new', 'ended')),
  "end_user_id" INTEGER REFERENCES "end_users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "origin" TEXT NOT NULL DEFAULT 'owner' CHECK ("origin" IN ('owner', 'referral', 'winback')),
  "is_active" BOOLEAN NOT NULL DEFAULT false,
  "removed_at" TIMESTAMPTZ(3),
  "created_by" BIGINT,
  "created_at" TIMESTAMPTZ(3) NOT NULL
);
CREATE UNIQUE INDEX "promo_codes_live_key" ON "promo_codes" ("user_bot_id", "code") WHERE "removed_at" IS NULL;
CREATE INDEX "promo_codes_user_bot_id_id_idx" ON "promo_codes" ("user_bot_id", "id");
CREATE INDEX "promo_codes_end_user_id_idx" ON "promo_codes" ("end_user_id");

-- The plans that a code is for; none: all of them.
CREATE TABLE "promo_code_plans" (
  "promo_code_id" INTEGER NOT NULL REFERENCES "promo_codes" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "plan_id" INTEGER NOT NULL REFERENCES "plans" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  PRIMARY KEY ("promo_code_id", "plan_id")
);
CREATE INDEX "promo_code_plans_plan_id_idx" ON "promo_code_plans" ("plan_id");

CREATE TABLE "promo_uses" (
  "id" SERIAL PRIMARY KEY,
  "promo_code_id" INTEGER NOT NULL REFERENCES "promo_codes" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "end_user_id" INTEGER NOT NULL REFERENCES "end_users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "payment_id" INTEGER NOT NULL REFERENCES "payments" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  -- One of as many as the code has; none where it has no limit.
  "slot" INTEGER,
  "status" TEXT NOT NULL CHECK ("status" IN ('reserved', 'used', 'released', 'reversed')),
  "discount" DECIMAL(12, 2) NOT NULL,
  "days" INTEGER NOT NULL DEFAULT 0,
  "reserved_at" TIMESTAMPTZ(3) NOT NULL,
  "used_at" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "promo_uses_payment_id_key" ON "promo_uses" ("payment_id");
CREATE UNIQUE INDEX "promo_uses_slot_key" ON "promo_uses" ("promo_code_id", "slot") WHERE "status" IN ('reserved', 'used');
CREATE INDEX "promo_uses_promo_code_id_end_user_id_idx" ON "promo_uses" ("promo_code_id", "end_user_id");
CREATE INDEX "promo_uses_end_user_id_idx" ON "promo_uses" ("end_user_id");
