-- What is laid anew is laid by what it was: days keep the local time of day, a date stays that date.
ALTER TABLE "time_entries"
  ADD COLUMN "days" INTEGER CHECK ("days" >= 0),
  ADD COLUMN "ends_on" DATE;
