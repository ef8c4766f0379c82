-- Whoever writes these rows by other means need not know the key of the hash.
ALTER TABLE "referrals" ALTER COLUMN "person" DROP NOT NULL;
ALTER TABLE "owner_referrals" ALTER COLUMN "person" DROP NOT NULL;
