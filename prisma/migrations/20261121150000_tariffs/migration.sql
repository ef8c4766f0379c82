-- A tariff receipt is shown to moderators as what it was sent as.
ALTER TABLE "tariff_payments" ADD COLUMN "receipt_kind" TEXT CHECK ("receipt_kind" IN ('photo', 'document'));
-- One receipt at a time waits for a decision.
CREATE UNIQUE INDEX "tariff_payments_one_pending_per_owner_key" ON "tariff_payments" ("user_admin_id") WHERE "status" = 'pending';
