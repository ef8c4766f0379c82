ALTER TABLE support_messages ADD COLUMN to_helper boolean;
