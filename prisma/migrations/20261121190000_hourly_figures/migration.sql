-- How much was done and what went wrong, by the hour; every process adds its own.
CREATE TABLE "hourly_figures" (
  "hour" TIMESTAMPTZ(3) PRIMARY KEY,
  "updates" INTEGER NOT NULL DEFAULT 0,
  "failed" INTEGER NOT NULL DEFAULT 0,
  "unavailable" INTEGER NOT NULL DEFAULT 0,
  "faults" INTEGER NOT NULL DEFAULT 0
);

-- Who was active in an hour: a keyed hash, so that the rows name nobody. Kept for three days.
CREATE TABLE "active_people" (
  "hour" TIMESTAMPTZ(3) NOT NULL,
  "person" BIGINT NOT NULL,
  PRIMARY KEY ("hour", "person")
);
