-- Selling goes on meanwhile: nothing here holds a table or a row. Which of these are open is said afterwards.
INSERT INTO "payment_chats" ("payment_id", "channel_id", "end_user_id", "is_open")
SELECT "id", "channel_id", "end_user_id", false FROM "payments" ON CONFLICT ("payment_id", "channel_id") DO NOTHING;
