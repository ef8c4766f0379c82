ALTER TABLE support_messages ADD COLUMN to_helper boolean;

-- What went to the bot's owner went to a helper. Of the main bot's messages only the server knows who its moderators are.
UPDATE support_messages m SET to_helper = (m.to_telegram_id = o.telegram_id)
  FROM user_bots b JOIN user_admins o ON o.id = b.user_admin_id
 WHERE b.telegram_bot_id = m.telegram_bot_id AND b.removed_at IS NULL;
