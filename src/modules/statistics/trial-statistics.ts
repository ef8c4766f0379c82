import { Prisma } from '../../infra/prisma-client/client.ts';

/**
 * Of `bots`: trials that were given, free or paid for, and how many of their holders bought the same chat in the 30 days
 * from then on. Days are counted in hours, which a session's time zone does not stretch.
 */
export const TRIALS = Prisma.sql`
  SELECT count(*) AS trials,
         count(*) FILTER (WHERE EXISTS (
           SELECT FROM payment_chats pc
             JOIN payments b ON b.id = pc.payment_id AND b.status = 'approved' AND NOT b.is_test
             JOIN plans bp ON bp.id = b.plan_id AND NOT bp.is_trial
            WHERE pc.end_user_id = given.end_user_id AND pc.channel_id = given.channel_id
              AND b.approved_at >= given.at AND b.approved_at < given.at + interval '720 hours')) AS bought
    FROM (SELECT end_user_id, channel_id, created_at AS at
            FROM time_entries WHERE source = 'trial' AND user_bot_id IN (SELECT id FROM bots)
          UNION ALL
          SELECT p.end_user_id, p.channel_id, p.approved_at
            FROM plans tp JOIN payments p ON p.plan_id = tp.id
           WHERE tp.is_trial AND p.status = 'approved' AND NOT p.is_test AND p.user_bot_id IN (SELECT id FROM bots)) given`;
