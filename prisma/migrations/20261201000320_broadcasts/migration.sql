-- What an owner sends to many of a bot's people: words and media stay at Telegram, which message it is stands here.
CREATE TABLE "broadcasts" (
  "id" SERIAL NOT NULL,
  "user_bot_id" INTEGER NOT NULL,
  "created_by" BIGINT NOT NULL,
  "from_chat_id" BIGINT NOT NULL,
  "message_id" INTEGER NOT NULL,
  "plan_id" INTEGER,
  "segment" JSONB NOT NULL,
  "status" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "starts_at" TIMESTAMPTZ(3),
  "started_at" TIMESTAMPTZ(3),
  "paused_at" TIMESTAMPTZ(3),
  "pause_reason" TEXT,
  "blocks_accepted" BOOLEAN NOT NULL DEFAULT false,
  "finished_at" TIMESTAMPTZ(3),
  "total" INTEGER NOT NULL DEFAULT 0,
  "counts" JSONB,
  "shown_message_id" INTEGER,
  "shown_to" BIGINT,
  CONSTRAINT "broadcasts_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "broadcasts_user_bot_id_fkey" FOREIGN KEY ("user_bot_id") REFERENCES "user_bots"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "broadcasts_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plans"("id") ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT "broadcasts_status_check" CHECK ("status" IN ('draft', 'scheduled', 'sending', 'paused', 'done', 'cancelled')),
  CONSTRAINT "broadcasts_pause_reason_check" CHECK ("pause_reason" IN ('asked', 'blocked', 'original', 'token'))
);
CREATE INDEX "broadcasts_user_bot_id_id_idx" ON "broadcasts" ("user_bot_id", "id");
CREATE INDEX "broadcasts_unfinished_idx" ON "broadcasts" ("status") WHERE "status" IN ('scheduled', 'sending', 'paused');
CREATE INDEX "broadcasts_uncounted_idx" ON "broadcasts" ("id") WHERE "counts" IS NULL AND "started_at" IS NOT NULL;

-- Who gets it, fixed at its start. Whoever is deleted meanwhile is skipped, so nothing refers to them.
CREATE TABLE "broadcast_recipients" (
  "broadcast_id" INTEGER NOT NULL,
  "end_user_id" INTEGER NOT NULL,
  "state" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "broadcast_recipients_pkey" PRIMARY KEY ("broadcast_id", "end_user_id"),
  CONSTRAINT "broadcast_recipients_broadcast_id_fkey" FOREIGN KEY ("broadcast_id") REFERENCES "broadcasts"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "broadcast_recipients_state_check" CHECK ("state" IN ('waiting', 'taken', 'sent', 'blocked', 'failed', 'unknown', 'skipped'))
);
CREATE INDEX "broadcast_recipients_waiting_idx" ON "broadcast_recipients" ("broadcast_id", "end_user_id") WHERE "state" = 'waiting';
CREATE INDEX "broadcast_recipients_taken_idx" ON "broadcast_recipients" ("broadcast_id") WHERE "state" = 'taken';

-- Which process sends: one for the whole platform, so that it keeps the pace of all bots together.
CREATE TABLE "broadcast_sender" (
  "id" INTEGER NOT NULL,
  "process_id" TEXT NOT NULL,
  "held_until" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "broadcast_sender_pkey" PRIMARY KEY ("id")
);
