-- What Telegram tells again, or late, is known by its order.
ALTER TABLE channels ADD COLUMN told_order BIGINT;
ALTER TABLE end_users ADD COLUMN door_told_order BIGINT;

CREATE TABLE member_moves (
  end_user_id INTEGER NOT NULL REFERENCES end_users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  told_order BIGINT NOT NULL,
  PRIMARY KEY (end_user_id, channel_id)
);

-- Of several copies of a receipt, those that tell the outcome are left alone when the others are tried again.
ALTER TABLE review_messages ADD COLUMN shown_status TEXT;
