-- Nobody decides a payment meanwhile. They are few.
LOCK TABLE "payments" IN SHARE ROW EXCLUSIVE MODE;
UPDATE "payment_chats" pc SET "is_open" = true FROM "payments" p
 WHERE p."id" = pc."payment_id" AND p."status" IN ('created', 'pending') AND NOT pc."is_open";
