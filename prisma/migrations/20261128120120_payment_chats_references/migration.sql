-- In the order in which the program takes them. The old rows are looked at afterwards, when nobody is held up by that.
LOCK TABLE "end_users", "channels", "payments" IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE "payment_chats"
  ADD CONSTRAINT "payment_chats_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments" ("id") ON DELETE CASCADE ON UPDATE CASCADE NOT VALID,
  ADD CONSTRAINT "payment_chats_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channels" ("id") ON DELETE RESTRICT ON UPDATE CASCADE NOT VALID,
  ADD CONSTRAINT "payment_chats_end_user_id_fkey" FOREIGN KEY ("end_user_id") REFERENCES "end_users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE NOT VALID;
