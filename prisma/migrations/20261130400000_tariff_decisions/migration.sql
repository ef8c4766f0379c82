-- When a receipt for the platform was decided: of what came before this, as far as the trail tells it.
ALTER TABLE "tariff_payments" ADD COLUMN "decided_at" TIMESTAMPTZ(3);
UPDATE "tariff_payments" t
   SET "decided_at" = coalesce(
         t."approved_at",
         (SELECT max(a."at") FROM "audit_log" a
           WHERE a."action" = 'tariff.rejected' AND a."target" = 'tariff-payment:' || t."id"),
         t."created_at")
 WHERE t."status" <> 'pending';
