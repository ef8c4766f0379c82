-- When the owner was last told for which orders nothing was heard after their Prepare.
ALTER TABLE "merchant_accounts" ADD COLUMN "silence_told_at" TIMESTAMPTZ(3);
