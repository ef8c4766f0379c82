-- In a step of its own, for tables that are long.
CREATE INDEX "payments_receipt_sha256_idx" ON "payments" ("receipt_sha256") WHERE "receipt_sha256" IS NOT NULL;
