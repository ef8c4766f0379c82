-- What the owner asked Click to return: since when it is asked for, and why Click last refused.
ALTER TABLE "payment_attempts"
  ADD COLUMN "reversal_asked_at" TIMESTAMPTZ(3),
  ADD COLUMN "reversal_note" TEXT,
  -- It was refused when it was asked for again: the first time may have done it.
  ADD COLUMN "reversal_unclear" BOOLEAN NOT NULL DEFAULT false;
