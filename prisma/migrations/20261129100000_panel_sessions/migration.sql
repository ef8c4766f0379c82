-- Who is signed in to the panel, from where. Of the secret that they carry its SHA-256 alone is kept.
CREATE TABLE "panel_sessions" (
  "id" SERIAL PRIMARY KEY,
  "token_hash" BYTEA NOT NULL,
  "telegram_id" BIGINT NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('miniApp', 'browser')),
  -- As people call it: "Firefox, Linux". Null: it does not say.
  "browser" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  -- Written now and then, not with every request.
  "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "ended_at" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "panel_sessions_token_hash_key" ON "panel_sessions" ("token_hash");
CREATE INDEX "panel_sessions_telegram_id_idx" ON "panel_sessions" ("telegram_id");
