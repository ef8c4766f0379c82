-- What moderators were last told of each kind of trouble, so that of several processes one speaks.
CREATE TABLE "alerts" (
  "kind" TEXT PRIMARY KEY,
  "said_at" TIMESTAMPTZ(3) NOT NULL,
  "is_open" BOOLEAN NOT NULL
);
