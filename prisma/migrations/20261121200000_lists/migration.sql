-- Payments in one state are listed by pages, the newest first.
DROP INDEX "payments_status_idx";
CREATE INDEX "payments_status_id_idx" ON "payments" ("status", "id");
