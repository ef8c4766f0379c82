-- The code that somebody typed lately, and until when it is kept for them; when they last typed wrong ones.
ALTER TABLE "end_users" ADD COLUMN "promo_code_id" INTEGER, ADD COLUMN "promo_until" TIMESTAMPTZ(3),
  ADD COLUMN "promo_missed_at" TIMESTAMPTZ(3)[];
