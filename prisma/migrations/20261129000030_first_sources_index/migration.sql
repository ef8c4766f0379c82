-- In a step of its own, for tables that are long.
CREATE INDEX "end_users_source_id_idx" ON "end_users" ("source_id") WHERE "source_id" IS NOT NULL;
