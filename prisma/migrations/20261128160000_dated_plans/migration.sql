-- Plans whose date is over are looked for all the time; there are few of them among all plans.
CREATE INDEX "plans_ends_on_idx" ON "plans" ("ends_on") WHERE "is_active" AND "ends_on" IS NOT NULL;
