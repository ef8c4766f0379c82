-- What a choice with a code would cost without it, and what it is spared.
ALTER TABLE "payments" ADD COLUMN "list_price" DECIMAL(12, 2), ADD COLUMN "discount" DECIMAL(12, 2);

-- A use follows its payment, whichever program or statement ends that.
CREATE FUNCTION "promo_use_follows_payment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE promo_uses SET status = CASE NEW.status WHEN 'reversed' THEN 'reversed' ELSE 'released' END
   WHERE payment_id = NEW.id AND status = CASE NEW.status WHEN 'reversed' THEN 'used' ELSE 'reserved' END;
  RETURN NULL;
END $$;
CREATE TRIGGER "payments_promo_use" AFTER UPDATE OF "status" ON "payments" FOR EACH ROW
  WHEN (NEW."list_price" IS NOT NULL AND NEW."status" IN ('cancelled', 'reversed') AND OLD."status" <> NEW."status")
  EXECUTE FUNCTION "promo_use_follows_payment"();
