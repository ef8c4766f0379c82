-- What each of the two is promised, fixed when the tariff is approved. Null: that has not happened.
ALTER TABLE "owner_referrals"
  ADD COLUMN "inviter_days" INTEGER CHECK ("inviter_days" >= 0),
  ADD COLUMN "friend_days" INTEGER CHECK ("friend_days" >= 0);
