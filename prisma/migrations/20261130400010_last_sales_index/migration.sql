-- In a step of its own, for tables that are long. Moderators ask when each bot sold last.
CREATE INDEX "payments_last_sales_idx" ON "payments" ("user_bot_id", "approved_at") WHERE "status" = 'approved' AND NOT "is_test";
