-- What their link to invite other owners ends in; and who brought them.
ALTER TABLE "user_admins" ADD COLUMN "invite_code" TEXT,
  ADD COLUMN "invited_by" INTEGER REFERENCES "user_admins" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE UNIQUE INDEX "user_admins_invite_code_key" ON "user_admins" ("invite_code");
