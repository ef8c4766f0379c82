-- Where the time begins that an approval added. Null: it was approved before this was kept, or added none.
ALTER TABLE "tariff_payments" ADD COLUMN "extended_from" TIMESTAMPTZ(3);
