-- In a step of its own, for tables that are long.
CREATE UNIQUE INDEX "payments_open_amount_key" ON "payments" ("amount_owner_id", "amount")
 WHERE "status" IN ('created', 'pending');
