-- Alerts that are open keep their end under the new names of their kinds.
UPDATE "alerts" SET "kind" = regexp_replace("kind", 'Away$', 'Unavailable') WHERE "kind" LIKE '%Away';
