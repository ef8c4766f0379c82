-- Every purchase that is taken back asks whether somebody has earned by it.
CREATE INDEX "referrals_payment_id_idx" ON "referrals" ("payment_id");
