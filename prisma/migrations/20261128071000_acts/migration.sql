-- Presses and messages that have had their effect: heard again, they have no other.
CREATE TABLE "acts" (
  "key" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "acts_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "acts_at_idx" ON "acts" ("at");

-- The update that asked: an answer comes after it.
ALTER TABLE "open_questions" ADD COLUMN "update_id" BIGINT;
