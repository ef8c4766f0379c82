-- What a poller found at its bot since the last check: `webhook` or `polling`, which the check tells and forgets.
ALTER TABLE "user_bots" ADD COLUMN "taken_by" TEXT;
