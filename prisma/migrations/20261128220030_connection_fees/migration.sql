-- Among the receipts of tariffs: what the connection of a provider costs, once.
ALTER TABLE "tariff_payments"
  ADD COLUMN "purpose" TEXT NOT NULL DEFAULT 'tariff' CHECK ("purpose" IN ('tariff', 'connection')),
  ADD COLUMN "merchant_account_id" INTEGER REFERENCES "merchant_accounts" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  DROP CONSTRAINT "tariff_payments_duration_months_check",
  ADD CONSTRAINT "tariff_payments_duration_months_check" CHECK ("duration_months" IN (0, 1, 6, 12)),
  ADD CONSTRAINT "tariff_payments_connection_check" CHECK (("purpose" = 'connection') = ("duration_months" = 0) AND ("purpose" = 'connection') = ("merchant_account_id" IS NOT NULL));
CREATE UNIQUE INDEX "tariff_payments_one_pending_per_account_key" ON "tariff_payments" ("merchant_account_id") WHERE "status" = 'pending';
DROP INDEX "tariff_payments_one_pending_per_owner_key";
CREATE UNIQUE INDEX "tariff_payments_one_pending_per_owner_key" ON "tariff_payments" ("user_admin_id") WHERE "status" = 'pending' AND "purpose" = 'tariff';
