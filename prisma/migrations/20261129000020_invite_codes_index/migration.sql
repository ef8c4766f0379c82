-- In a step of its own, for tables that are long.
CREATE UNIQUE INDEX "end_users_invite_code_key" ON "end_users" ("invite_code");
