-- The plan that somebody came for by a link, until they have chosen a language.
ALTER TABLE "end_users" ADD COLUMN "wanted_plan_id" INTEGER;
