ALTER TABLE "payments"
  ADD COLUMN "duration_days" INTEGER,
  ADD COLUMN "ends_on" DATE,
  ALTER COLUMN "duration_months" DROP NOT NULL,
  DROP CONSTRAINT "payments_duration_months_check",
  ADD CONSTRAINT "payments_one_duration_check" CHECK (num_nonnulls("duration_months", "duration_days", "ends_on") = 1) NOT VALID;
