-- Where a tariff receipt was shown, so that every moderator's copy tells the outcome.
CREATE TABLE "tariff_review_messages" (
  "id" SERIAL NOT NULL,
  "tariff_payment_id" INTEGER NOT NULL,
  "chat_id" BIGINT NOT NULL,
  "message_id" INTEGER NOT NULL,
  CONSTRAINT "tariff_review_messages_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "tariff_review_messages_tariff_payment_id_fkey" FOREIGN KEY ("tariff_payment_id") REFERENCES "tariff_payments" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "tariff_review_messages_tariff_payment_id_chat_id_message_id_key" ON "tariff_review_messages" ("tariff_payment_id", "chat_id", "message_id");
