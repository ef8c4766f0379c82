-- Whom nobody removes from a chat, or from any of a bot's; and the links by which they come in.
CREATE TABLE "free_members" (
  "id" SERIAL NOT NULL,
  "user_bot_id" INTEGER NOT NULL,
  "channel_id" INTEGER,
  "telegram_id" BIGINT NOT NULL,
  "name" TEXT NOT NULL,
  "note" TEXT,
  "added_by" BIGINT NOT NULL,
  "added_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "free_members_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "free_members_user_bot_id_fkey" FOREIGN KEY ("user_bot_id") REFERENCES "user_bots"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "free_members_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channels"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "free_members_person_key" ON "free_members" ("user_bot_id", coalesce("channel_id", 0), "telegram_id");
CREATE INDEX "free_members_telegram_id_idx" ON "free_members" ("telegram_id");
CREATE INDEX "free_members_channel_id_idx" ON "free_members" ("channel_id");

CREATE TABLE "free_links" (
  "id" SERIAL NOT NULL,
  "channel_id" INTEGER NOT NULL,
  "telegram_id" BIGINT,
  "link" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "revoked_at" TIMESTAMPTZ(3),
  CONSTRAINT "free_links_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "free_links_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channels"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "free_links_link_key" ON "free_links" ("link");
CREATE INDEX "free_links_telegram_id_idx" ON "free_links" ("telegram_id");
CREATE INDEX "free_links_channel_id_idx" ON "free_links" ("channel_id");
