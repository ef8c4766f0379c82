-- What their link to invite friends ends in; and the source by which they came first.
ALTER TABLE "end_users" ADD COLUMN "invite_code" TEXT, ADD COLUMN "source_id" INTEGER;
