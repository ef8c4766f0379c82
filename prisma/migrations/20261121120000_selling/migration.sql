-- What an approved payment added, so that taking it back subtracts exactly that.
ALTER TABLE "payments"
  ADD COLUMN "subscription_id" INTEGER,
  ADD COLUMN "extended_from" TIMESTAMPTZ(3),
  ADD COLUMN "extended_to" TIMESTAMPTZ(3),
  ADD CONSTRAINT "payments_subscription_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscriptions" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
