-- How many people were active on a day, and how many of those who were new seven days before were among them. Numbers
-- alone: whose they are is forgotten after three days. Kept for 400 days.
CREATE TABLE "daily_people" (
  "day" DATE PRIMARY KEY,
  "active" INTEGER NOT NULL,
  "newcomers" INTEGER NOT NULL,
  "returned" INTEGER NOT NULL
);
