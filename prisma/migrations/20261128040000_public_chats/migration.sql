-- A chat may get a username after it was connected: then anybody may join it, and nothing is sold in it.
ALTER TABLE "channels" ADD COLUMN "is_public" BOOLEAN NOT NULL DEFAULT false;
