-- What a Mini App was opened by before somebody signed out opens it no more.
ALTER TABLE "user_admins" ADD COLUMN "signed_out_at" TIMESTAMPTZ(3);
ALTER TABLE "panel_sessions" ADD COLUMN "init_data_hash" BYTEA;
