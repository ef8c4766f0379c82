-- What a choice adds to its price so that no other open payment to the same owner has its amount, and who that owner is.
-- Both null: the plain price. The owner alone is null where an amount is kept that nobody holds free for it.
ALTER TABLE "payments"
  ADD COLUMN "amount_suffix" INTEGER CHECK ("amount_suffix" BETWEEN 1 AND 99),
  ADD COLUMN "amount_owner_id" INTEGER;
