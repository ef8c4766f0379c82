-- Where a link that an owner advertises with leads people from.
CREATE TABLE "sources" (
  "id" SERIAL PRIMARY KEY,
  "user_bot_id" INTEGER NOT NULL REFERENCES "user_bots" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "slug" TEXT NOT NULL CHECK ("slug" ~ '^[a-z0-9-]{2,24}$'),
  "name" TEXT NOT NULL,
  -- Attached to whoever comes by it.
  "promo_code_id" INTEGER REFERENCES "promo_codes" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  -- What it cost its owner, in soʻm. Null: they have not said.
  "cost" DECIMAL(12, 2) CHECK ("cost" >= 0),
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "archived_at" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "sources_user_bot_id_slug_key" ON "sources" ("user_bot_id", "slug");

-- Who came by which, the last time and how often.
CREATE TABLE "source_visits" (
  "source_id" INTEGER NOT NULL REFERENCES "sources" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "end_user_id" INTEGER NOT NULL REFERENCES "end_users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "first_at" TIMESTAMPTZ(3) NOT NULL,
  "last_at" TIMESTAMPTZ(3) NOT NULL,
  "visits" INTEGER NOT NULL CHECK ("visits" > 0),
  -- It brought them to the bot.
  "is_new" BOOLEAN NOT NULL,
  -- What the advertiser calls the click, as the first link had it.
  "click" TEXT,
  PRIMARY KEY ("source_id", "end_user_id")
);
CREATE INDEX "source_visits_end_user_id_last_at_idx" ON "source_visits" ("end_user_id", "last_at");
