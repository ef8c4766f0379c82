-- In a step of its own, for tables that are long.
CREATE INDEX "payments_source_id_idx" ON "payments" ("source_id") WHERE "source_id" IS NOT NULL;
