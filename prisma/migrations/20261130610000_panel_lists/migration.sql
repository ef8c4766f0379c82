-- In a step of its own, for tables that are long: what an owner lists of a large shop is found without looking through it.
CREATE INDEX "subscriptions_channel_active_ends_at_idx" ON "subscriptions" ("channel_id", (coalesce("grace_until", "expires_at")), "end_user_id") WHERE "status" = 'active';
CREATE INDEX "subscriptions_in_grace_idx" ON "subscriptions" ("end_user_id") WHERE "status" = 'active' AND "grace_until" IS NOT NULL;
CREATE INDEX "end_users_banned_idx" ON "end_users" ("user_bot_id", "id") WHERE "banned";
CREATE INDEX "end_users_blocked_idx" ON "end_users" ("user_bot_id", "id") WHERE "blocked_at" IS NOT NULL;
