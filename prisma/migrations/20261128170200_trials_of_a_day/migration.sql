-- How many a bot has given away today is counted at each.
CREATE INDEX "time_entries_trials_idx" ON "time_entries" ("user_bot_id", "created_at") WHERE "source" = 'trial';
