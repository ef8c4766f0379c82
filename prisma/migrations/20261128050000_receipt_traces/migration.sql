-- Which file each receipt came with, in the order in which they came. A digest names nobody, so it outlasts a person who
-- asked to be forgotten: their file is still known when somebody sends it again.
CREATE TABLE "receipt_traces" (
  "id" SERIAL NOT NULL,
  "user_bot_id" INTEGER NOT NULL,
  "payment_id" INTEGER NOT NULL,
  "file_digest" TEXT NOT NULL,
  CONSTRAINT "receipt_traces_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "receipt_traces_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "receipt_traces_payment_id_key" ON "receipt_traces" ("payment_id");
CREATE INDEX "receipt_traces_user_bot_id_file_digest_id_idx" ON "receipt_traces" ("user_bot_id", "file_digest", "id");
INSERT INTO "receipt_traces" ("user_bot_id", "payment_id", "file_digest")
SELECT "user_bot_id", "id", encode(sha256(convert_to("screenshot_unique_id", 'UTF8')), 'hex')
  FROM "payments" WHERE "screenshot_unique_id" IS NOT NULL
 ORDER BY "receipt_at" NULLS FIRST, "id";

-- The words below a receipt, kept as long as its file.
ALTER TABLE "payments" ADD COLUMN "receipt_note" TEXT;
ALTER TABLE "tariff_payments" ADD COLUMN "receipt_note" TEXT;
-- When its message was edited to hold this file; null where it was sent with it.
ALTER TABLE "payments" ADD COLUMN "receipt_edited_at" TIMESTAMPTZ(3);
