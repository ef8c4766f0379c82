-- Who had a trial in which chat: one a person and chat, ever. The person is a keyed hash, which outlives their wish to be
-- forgotten and is no id; the chat is Telegram's, so that it is the same one whoever sells it.
CREATE TABLE "trial_uses" (
  "person" BIGINT NOT NULL,
  "telegram_chat_id" BIGINT NOT NULL,
  "used_at" TIMESTAMPTZ(3) NOT NULL,
  PRIMARY KEY ("person", "telegram_chat_id")
);
CREATE INDEX "trial_uses_telegram_chat_id_idx" ON "trial_uses" ("telegram_chat_id");
