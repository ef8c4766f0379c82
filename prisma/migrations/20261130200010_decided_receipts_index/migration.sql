-- In a step of its own, for tables that are long. The desk lists what was decided last.
CREATE INDEX "payments_decided_receipts_idx" ON "payments" ("user_bot_id", "decided_at", "id") WHERE "receipt_at" IS NOT NULL AND "decided_at" IS NOT NULL;
