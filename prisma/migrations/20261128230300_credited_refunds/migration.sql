-- The time that was given instead of the money is a purchase of its own: whoever returns the money after all takes it back.
ALTER TABLE "refunds"
  ADD COLUMN "credited_payment_id" INTEGER REFERENCES "payments" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE UNIQUE INDEX "refunds_credited_payment_id_key" ON "refunds" ("credited_payment_id");
