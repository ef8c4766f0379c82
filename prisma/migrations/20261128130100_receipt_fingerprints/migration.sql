-- SHA-256 of the file that came as a receipt: sent anew it has another id at Telegram, and the same bytes.
ALTER TABLE "payments" ADD COLUMN "receipt_sha256" TEXT;
