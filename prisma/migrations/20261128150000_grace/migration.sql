-- Until when the place of somebody whose time is up is kept. Null: no grace has begun.
ALTER TABLE "subscriptions"
  ADD COLUMN "grace_until" TIMESTAMPTZ(3),
  -- Its end has been told already, together with another one of the same person.
  ADD COLUMN "notified_end" BOOLEAN NOT NULL DEFAULT false,
  -- Whether its holder is in the chat, by the last move that was heard of; null: of none yet.
  ADD COLUMN "is_inside" BOOLEAN;
