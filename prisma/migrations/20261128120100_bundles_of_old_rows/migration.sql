-- Selling goes on meanwhile: nothing here holds a table. What is decided between the two statements is closed already.
INSERT INTO "plan_chats" ("plan_id", "channel_id")
SELECT "id", "channel_id" FROM "plans" ON CONFLICT DO NOTHING;
INSERT INTO "payment_chats" ("payment_id", "channel_id", "end_user_id", "is_open")
SELECT "id", "channel_id", "end_user_id", false FROM "payments" ON CONFLICT ("payment_id", "channel_id") DO NOTHING;
-- Whoever decides one of these waits for us, and closes it then.
UPDATE "payment_chats" pc SET "is_open" = true
  FROM (SELECT "id" FROM "payments" WHERE "status" IN ('created', 'pending') FOR SHARE) open
 WHERE pc."payment_id" = open."id" AND NOT pc."is_open";
