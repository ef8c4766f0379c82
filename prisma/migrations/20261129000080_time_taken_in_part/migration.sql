-- Until when time counts of which not all could be taken back. Null: none of it counts.
ALTER TABLE "time_entries" ADD COLUMN "taken_back_to" TIMESTAMPTZ(3) CHECK ("taken_back_to" IS NULL OR "taken_back_at" IS NOT NULL);
