import { countHeld } from './held.ts';
import { countSold } from './sold.ts';
import { isSale, methodOf, monthlyValueOf } from './sql.ts';

/** Each sale once, at the chat that its money is of: a bundle's first. */
export const COUNT_SOLD = countSold(`
  SELECT p.id, p.end_user_id AS person, p.channel_id AS chat, p.plan_id AS plan, ${methodOf('p')} AS method, p.currency, p.amount,
         p.source_id AS source, p.approved_at, p.subscription_id, p.extended_from AS begins, p.extended_to AS over,
         least(p.extended_to, s.ended_at) AS ends, l.is_trial,
         ${monthlyValueOf('p')} AS value
    FROM payments p JOIN plans l ON l.id = p.plan_id
    LEFT JOIN subscriptions s ON s.id = p.subscription_id
   WHERE p.user_bot_id = $1::int AND ${isSale('p')} AND p.approved_at IS NOT NULL`);

/** By sales of its own chat, and by those of bundles that begin at another: of a bot with one chat there are none. */
const PAID = `
  SELECT p.subscription_id, p.id, p.approved_at, p.channel_id AS chat, p.plan_id AS plan, ${methodOf('p')} AS method,
         p.currency, p.amount
    FROM payments p WHERE p.user_bot_id = $1::int AND ${isSale('p')} AND p.subscription_id IS NOT NULL
  UNION ALL
  SELECT t.subscription_id, p.id, p.approved_at, p.channel_id, p.plan_id, ${methodOf('p')}, p.currency, p.amount
    FROM payments p
    JOIN payment_chats pc ON pc.payment_id = p.id AND pc.channel_id <> p.channel_id
    JOIN time_entries t ON t.source = 'payment' AND t.source_id = p.id AND t.channel_id = pc.channel_id
                       AND t.taken_back_at IS NULL
   WHERE p.user_bot_id = $1::int AND ${isSale('p')}
     AND (SELECT count(*) > 1 FROM channels WHERE user_bot_id = $1::int)`;

export const COUNT_HELD = countHeld({
  subscriptions: `
    SELECT id, end_user_id AS person, channel_id AS chat, started_at, ended_at, expires_at
      FROM subscriptions WHERE channel_id IN (SELECT id FROM channels WHERE user_bot_id = $1::int)`,
  paid: PAID,
  sales: `
    SELECT p.end_user_id AS person, p.channel_id AS chat, p.plan_id AS plan, ${methodOf('p')} AS method, p.currency, p.amount
      FROM payments p WHERE p.user_bot_id = $1::int AND ${isSale('p')}`,
});
