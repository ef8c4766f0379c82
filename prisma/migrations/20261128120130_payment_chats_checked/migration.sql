ALTER TABLE "payment_chats" VALIDATE CONSTRAINT "payment_chats_payment_id_fkey";
ALTER TABLE "payment_chats" VALIDATE CONSTRAINT "payment_chats_channel_id_fkey";
ALTER TABLE "payment_chats" VALIDATE CONSTRAINT "payment_chats_end_user_id_fkey";
-- Whoever asks it next is not to plan as if it were empty.
ANALYZE "payment_chats";
