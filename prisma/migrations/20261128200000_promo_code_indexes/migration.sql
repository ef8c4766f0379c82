-- The round of each minute looks for reserved uses of what was rejected a day ago: few, among all that were ever used.
CREATE INDEX "promo_uses_reserved_idx" ON "promo_uses" ("payment_id") WHERE "status" = 'reserved';
-- Whether a bot has codes for everybody is asked at each /start, whatever personal ones lie beside them.
CREATE INDEX "promo_codes_public_idx" ON "promo_codes" ("user_bot_id", "id") WHERE "end_user_id" IS NULL AND "removed_at" IS NULL;
