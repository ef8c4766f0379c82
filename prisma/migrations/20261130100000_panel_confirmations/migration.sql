-- What somebody asked for in a browser, and has to agree to in the main bot before it is done.
CREATE TABLE "panel_confirmations" (
  "id" SERIAL PRIMARY KEY,
  "telegram_id" BIGINT NOT NULL,
  "session_id" INTEGER NOT NULL REFERENCES "panel_sessions" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "action" TEXT NOT NULL,
  -- Whatever they typed: card numbers are among it.
  "encrypted_payload" TEXT NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "decided_at" TIMESTAMPTZ(3),
  -- Null of what is decided: agreed to, and not done yet.
  "outcome" TEXT CHECK ("outcome" IN ('done', 'refused', 'failed')),
  -- Why it failed, as a code.
  "error" TEXT,
  -- The question in the chat with the main bot. Null: it has not reached them.
  "message_id" INTEGER
);
CREATE INDEX "panel_confirmations_telegram_id_idx" ON "panel_confirmations" ("telegram_id");
CREATE INDEX "panel_confirmations_session_id_idx" ON "panel_confirmations" ("session_id");
