-- By it the scan finds what is due; in a step of its own, for tables that are long.
CREATE INDEX "subscriptions_active_ends_at_idx" ON "subscriptions" (coalesce("grace_until", "expires_at")) WHERE "status" = 'active';
