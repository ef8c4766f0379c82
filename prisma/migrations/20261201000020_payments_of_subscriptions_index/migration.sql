-- In a step of its own, for tables that are long. Analytics ask what was paid for a subscription.
CREATE INDEX "payments_subscription_id_idx" ON "payments" ("subscription_id") WHERE "subscription_id" IS NOT NULL;
