-- Whoever deletes a code finds by them which reward or welcome it was.
CREATE INDEX "referrals_promo_code_id_idx" ON "referrals" ("promo_code_id") WHERE "promo_code_id" IS NOT NULL;
CREATE INDEX "referrals_friend_code_id_idx" ON "referrals" ("friend_code_id") WHERE "friend_code_id" IS NOT NULL;
CREATE INDEX "sources_promo_code_id_idx" ON "sources" ("promo_code_id") WHERE "promo_code_id" IS NOT NULL;
