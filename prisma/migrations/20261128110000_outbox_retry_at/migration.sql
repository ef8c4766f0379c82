-- When a message that was postponed is tried again; until now that stood in "claimed_until", as if somebody had it in hand.
-- What an older program postpones stays put off by that column. What a newer one does, an older one may only try earlier.
ALTER TABLE "promises" ADD COLUMN "retry_at" TIMESTAMPTZ(3);
