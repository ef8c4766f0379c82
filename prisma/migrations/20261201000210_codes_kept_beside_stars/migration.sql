-- What a choice would cost without its code: an order in Stars, which no code changes, keeps the code for another method.
ALTER TABLE "promo_uses" ADD COLUMN "list_price" DECIMAL(12, 2);

-- Such an order has no price of its own in soʻm, and its end gives the code back all the same.
CREATE TRIGGER "payments_promo_use_beside_stars" AFTER UPDATE OF "status" ON "payments" FOR EACH ROW
  WHEN (NEW."currency" = 'XTR' AND NEW."status" IN ('cancelled', 'reversed') AND OLD."status" <> NEW."status")
  EXECUTE FUNCTION "promo_use_follows_payment"();
