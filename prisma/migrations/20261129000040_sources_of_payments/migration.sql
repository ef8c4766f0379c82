-- The source that its buyer had come by latest when they chose.
ALTER TABLE "payments" ADD COLUMN "source_id" INTEGER;
