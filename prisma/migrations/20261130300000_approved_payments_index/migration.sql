-- In a step of its own, for tables that are long. What a bot sold lately is summed up on its owner's first page.
CREATE INDEX "payments_user_bot_id_approved_at_idx" ON "payments" ("user_bot_id", "approved_at") WHERE "status" = 'approved';
