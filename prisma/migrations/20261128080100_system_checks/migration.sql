-- How each component was, minute by minute: the worst of what any process found. Kept for 30 days.
CREATE TABLE "system_checks" (
  "at" TIMESTAMPTZ(3) NOT NULL,
  "component" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "response_ms" INTEGER NOT NULL,
  PRIMARY KEY ("at", "component")
);
