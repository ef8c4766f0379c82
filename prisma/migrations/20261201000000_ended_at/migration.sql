-- When access ended, not when a job found out. Null: it has not.
ALTER TABLE "subscriptions" ADD COLUMN "ended_at" TIMESTAMPTZ(3);

-- Of a program that does not write it: by its time or that of its grace, or when its holder was out, as far as that is known.
CREATE FUNCTION "end_of_subscription"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.ended_at := CASE NEW.status
    WHEN 'active' THEN NULL
    WHEN 'expired' THEN greatest(NEW.started_at, coalesce(NEW.grace_until, NEW.expires_at))
    ELSE greatest(NEW.started_at, coalesce(NEW.kicked_at, least(NEW.expires_at, now())))
  END;
  RETURN NEW;
END $$;
CREATE TRIGGER "subscriptions_ended_at" BEFORE INSERT OR UPDATE OF "status" ON "subscriptions" FOR EACH ROW
  WHEN ((NEW."status" = 'active') <> (NEW."ended_at" IS NULL)) EXECUTE FUNCTION "end_of_subscription"();
