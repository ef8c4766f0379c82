INSERT INTO "plan_chats" ("plan_id", "channel_id")
SELECT "id", "channel_id" FROM "plans" ON CONFLICT DO NOTHING;
