-- In a step of its own, for tables that are long: nobody writes to what has ended.
UPDATE "subscriptions"
   SET "ended_at" = greatest("started_at", CASE "status"
         WHEN 'expired' THEN coalesce("grace_until", "expires_at")
         ELSE coalesce("kicked_at", CASE WHEN "expires_at" < now() THEN "expires_at" WHEN "expires_at" IS NOT NULL THEN now() END)
       END)
 WHERE "status" <> 'active' AND "ended_at" IS NULL;
