ALTER TABLE "plans"
  ADD COLUMN "stars_price" INTEGER CHECK ("stars_price" BETWEEN 1 AND 100000),
  ADD COLUMN "stars_renew" BOOLEAN NOT NULL DEFAULT false;
