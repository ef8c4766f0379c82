-- Something in every table, with the values that a careless copy would change: the largest ids, every digit of
-- money and time, quotes, line ends, words that look like nothing, and rows that refer to each other in a ring.
INSERT INTO user_admins (telegram_id, username, full_name, language, banned, blocked_at, created_at) VALUES
  (9223372036854775807, 'owner', E'Oʻktam "the\\owner"\n\tо Шаҳноза 👑', 'uz', false, NULL, '2026-02-28 23:59:59.999+05'),
  (7, NULL, 'NULL', 'ru', true, '2026-10-25 00:30:00.001+00', '1999-12-31 19:00:00+00');
INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, card_number, card_holder, created_at, removed_at, is_active) VALUES
  (1, 9007199254740993, 'gAAAAABencrypted', 'shop_bot', '{"a", NULL}', '8600123412341234', '', '2026-01-01 00:00:00.123+00', NULL, true),
  (1, 9007199254740995, 'gAAAAABencrypted', 'gone_bot', 'Gone', NULL, NULL, '2026-01-01 00:00:00.123+00', '2026-02-01 00:00:00+00', false);
INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, connected_at) VALUES
  (1, -1009007199254740993, 'channel', E'\\N', '2026-01-02 00:00:00+00');
INSERT INTO plans (channel_id, duration_months, price) VALUES (1, 1, 0.01), (1, 0, 9999999999.99);
INSERT INTO plans (channel_id, ends_on, price, name, is_custom) VALUES (1, '2026-12-31', 0.02, E'Qish\n❄️', true);
INSERT INTO bot_settings (user_bot_id, grace_days, unique_amount, quiet_receipts) VALUES (1, 14, true, true);
INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
  SELECT 4611686018427387904 + n, 1, 'Buyer ' || n, 'en', '2026-03-01 00:00:00+00'::timestamptz + n * interval '1.001 seconds'
  FROM generate_series(1, 2500) n;
INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status, created_at, reviewed_by) VALUES
  (1, 1, 1, 2, 0, 9999999999.99, 'card', 'approved', '2026-03-02 00:00:00.007+00', 9223372036854775807);
UPDATE payments SET receipt_sha256 = repeat('f', 64), amount_suffix = 99, amount_owner_id = 2147483647;
INSERT INTO subscriptions (end_user_id, channel_id, payment_id, started_at, expires_at, status) VALUES
  (1, 1, 1, '2026-03-02 00:00:00.007+00', 'infinity', 'active');
UPDATE payments SET subscription_id = 1;
INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, months, added_from, added_to, created_at) VALUES
  (1, 1, 1, 1, 'payment', 1, 0, '2026-03-02 00:00:00.007+00', NULL, '2026-03-02 00:00:00.007+00'),
  (1, 1, 1, 1, 'grant', NULL, NULL, '2026-03-02 00:00:00.007+00', 'infinity', '2026-03-02 00:00:00.008+00');
INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, days, added_from, added_to, created_at, taken_back_at, taken_back_to) VALUES
  (1, 1, 1, 1, 'referral', 1, 7, '2026-03-02 00:00:00.007+00', 'infinity', '2026-03-02 00:00:00.009+00', '2026-03-03 00:00:00+00', '2026-03-04 00:00:00.001+00');
INSERT INTO trial_uses (person, telegram_chat_id, used_at) VALUES
  (-9223372036854775808, -9007199254740993, '2026-03-02 00:00:00.007+00');
INSERT INTO promo_codes (user_bot_id, code, kind, value, max_uses, starts_on, ends_on, end_user_id, origin, created_at) VALUES
  (1, 'NULL', 'fixed', 9999999999.99, 2147483647, '2026-02-28', '9999-12-31', NULL, 'owner', '2026-03-02 00:00:00.007+00'),
  (1, 'HIS', 'percent', 99, 1, NULL, NULL, 1, 'winback', '2026-03-02 00:00:00.007+00');
INSERT INTO promo_code_plans (promo_code_id, plan_id) VALUES (1, 2);
INSERT INTO promo_uses (promo_code_id, end_user_id, payment_id, slot, status, discount, days, reserved_at) VALUES
  (1, 1, 1, 2147483647, 'used', 0.01, 365, '2026-03-02 00:00:00.007+00');
UPDATE end_users SET promo_code_id = 1, wanted_plan_id = 2, promo_missed_at = '{2026-03-02 00:00:00.007+00,2026-03-02 00:00:00.008+00}' WHERE id = 1;
INSERT INTO sources (user_bot_id, slug, name, promo_code_id, cost, created_at) VALUES
  (1, '00', E'Reklama\n"1"', 1, 9999999999.99, '2026-03-02 00:00:00.007+00');
INSERT INTO source_visits (source_id, end_user_id, first_at, last_at, visits, is_new, click) VALUES
  (1, 2500, '2026-03-02 00:00:00.007+00', 'infinity', 2147483647, true, 'NULL');
INSERT INTO referrals (user_bot_id, inviter_id, friend_id, person, kind, value, friend_percent, arrived_at, payment_id, status, promo_code_id) VALUES
  (1, 2500, 1, -9223372036854775808, 'days', 90, 50, '2026-03-02 00:00:00.007+00', 1, 'given', 2);
INSERT INTO owner_referrals (inviter_id, friend_id, person, arrived_at) VALUES
  (1, 2, 9223372036854775807, '2026-03-02 00:00:00.007+00');
INSERT INTO receipt_traces (user_bot_id, payment_id, file_digest) VALUES (1, 1, 'e3b0c442');
INSERT INTO review_messages (payment_id, telegram_bot_id, chat_id, message_id) VALUES (1, 9007199254740993, 7, 2147483647);
INSERT INTO invite_links (subscription_id, channel_id, link, created_at, expires_at) VALUES
  (1, 1, 'https://t.me/+one', '2026-03-02 00:00:00+00', '2026-03-03 00:00:00+00');
INSERT INTO admin_subscriptions (user_admin_id, plan, started_at, amount_paid, status) VALUES
  (1, '12month', '2026-03-02 00:00:00+00', 120000.10, 'active');
INSERT INTO merchant_accounts (user_bot_id, provider, details, encrypted_secrets, ikpu, package_code, vat_percent, created_at) VALUES
  (1, 'payme', '{"cashboxId": "0123456789abcdef01234567", "big": 12345678901234567890.10}', 'gAAAAABencrypted', '12345678901234567', '0', 100, '2026-03-02 00:00:00.007+00');
INSERT INTO payment_attempts (payment_id, user_bot_id, provider, merchant_account_id, provider_txn_id, amount, state, settled, create_time, fiscal_perform) VALUES
  (1, 1, 'payme', 1, '5305e3bab097f420a62ced0b', 9223372036854775807, 'paid', true, 9223372036854775807, '{"qr_code_url": "\\u00fc"}');
INSERT INTO refunds (payment_attempt_id, user_bot_id, reason, status, note, created_at) VALUES
  (1, 1, 'unclear', 'open', E'look\nthere', '2026-03-02 00:00:00.007+00');
INSERT INTO star_subscriptions (user_bot_id, end_user_id, channel_id, plan_id, payment_id, first_charge_id, stars, state, expires_at, created_at) VALUES
  (1, 1, 1, 2, 1, 'stx', 2147483647, 'active', 'infinity', '2026-03-02 00:00:00.007+00');
INSERT INTO tariff_payments (user_admin_id, duration_months, amount, status, created_at) VALUES
  (1, 12, 120000.10, 'approved', '2026-03-02 00:00:00+00');
INSERT INTO tariff_review_messages (tariff_payment_id, chat_id, message_id) VALUES (1, 9223372036854775807, 2147483647);
INSERT INTO bot_managers (user_bot_id, telegram_id, full_name, username, role, status, added_at, removed_at) VALUES
  (1, 9223372036854775807, E'Yo''rdamchi "\t👥', NULL, 'receipts', 'removed', '2026-02-28 23:59:59.999+05', '2026-03-01 00:00:00+00');
INSERT INTO manager_invites (user_bot_id, role, token_hash, created_at, expires_at, opened_by, used_at) VALUES
  (1, 'all', '\x00ff', '2026-02-28 23:59:59.999+05', '2026-03-02 23:59:59.999+05', 9223372036854775807, NULL);
INSERT INTO free_members (user_bot_id, channel_id, telegram_id, name, note, added_by, added_at) VALUES
  (1, NULL, 9223372036854775807, E'Do''st "\t🎫', NULL, 7, '2026-02-28 23:59:59.999+05'), (1, 1, 7, '', 'NULL', 7, '2026-02-28 23:59:59.999+05');
INSERT INTO free_links (channel_id, telegram_id, link, created_at, expires_at, revoked_at) VALUES
  (1, NULL, 'https://t.me/+free', '2026-03-02 00:00:00.007+00', 'infinity', NULL);
INSERT INTO support_messages (telegram_bot_id, from_telegram_id, from_message_id, to_telegram_id, created_at) VALUES
  (9007199254740993, 7, 1, 8, '2026-03-02 00:00:00+00');
INSERT INTO platform_settings (name, value, updated_at) VALUES ('ad-uz', E'Ikki\r\nqator', '2026-03-02 00:00:00+00');
INSERT INTO audit_log (id, actor, action, target, tenant, at) VALUES
  (9223372036854775800, 'system', 'x', 'payment:1', 1, '2026-03-02 00:00:00+00');
UPDATE end_users SET invite_code = 'NULL', source_id = 1 WHERE id = 2500;
UPDATE payments SET source_id = 1;
SELECT setval('audit_log_id_seq', 9223372036854775800);
INSERT INTO promises (kind, key, payload, due_at, claimed_until, retry_at) VALUES
  ('notice', 'n:1', '{"big": 12345678901234567890.10, "text": "\\u00fc \" \\n", "none": null}', '2026-03-02 00:00:00+00', '2026-03-02 00:01:00+00', '2026-03-02 00:02:00+00');
INSERT INTO panel_sessions (token_hash, telegram_id, kind, browser, created_at, last_seen_at, expires_at) VALUES
  ('\x00ff5c30', 9223372036854775807, 'browser', E'Firefox, \'Linux\'', '2026-03-02 00:00:00+00', '2026-03-02 00:00:00.007+00', 'infinity');
INSERT INTO panel_confirmations (telegram_id, session_id, action, encrypted_payload, expires_at, decided_at, outcome, message_id) VALUES
  (9223372036854775807, 1, 'card', 'gAAAAA==', '2026-03-02 00:05:00+00', '2026-03-02 00:00:00.007+00', 'refused', 2147483647);
INSERT INTO open_questions (telegram_bot_id, telegram_user_id, question, payload, asked_at) VALUES
  (1, 2, 'price', '[]', '2026-03-02 00:00:00+00');
INSERT INTO member_moves (end_user_id, channel_id, told_order) VALUES (1, 1, 9223372036854775807);
INSERT INTO daily_people (day, active, newcomers, returned) VALUES ('2026-02-28', 2147483647, 1, 0);
INSERT INTO system_checks (at, component, status, response_ms) VALUES
  ('2026-03-02 00:00:00+00', 'redis', 'unhealthy', 2000), ('2026-03-02 00:00:00+00', 'queue', 'degraded', 0);
-- Numbers that were given to rows which are gone are not given again.
INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at) VALUES (1, 1, 'Gone', 'en', now());
DELETE FROM end_users WHERE telegram_id = 1;
INSERT INTO broadcasts (user_bot_id, created_by, from_chat_id, message_id, plan_id, segment, status, created_at, starts_at, started_at, paused_at, pause_reason, total, counts, shown_message_id, shown_to, press) VALUES
  (1, 9223372036854775807, 9223372036854775807, 2147483647, 1, '{"state": "all", "chat": null}', 'paused', '2026-03-02 00:00:00.007+00', '2026-03-02 00:00:00.008+00', '2026-03-02 00:00:00.009+00', '2026-03-02 00:00:00.01+00', 'blocked', 2147483647, '{"sent": 1}', 2147483647, 9223372036854775807, E'a\tpress');
INSERT INTO broadcast_recipients (broadcast_id, end_user_id, state, at) VALUES
  (1, 1, 'unknown', '2026-03-02 00:00:00.007+00'),
  (1, 2147483647, 'waiting', '2026-03-02 00:00:00.007+00');
INSERT INTO broadcast_sender (id, process_id, held_until) VALUES (1, E'a\tprocess', '2026-03-02 00:00:00.007+00');
