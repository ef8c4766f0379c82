import pg from 'pg';
import { eventually } from '../eventually.ts';

/** Writes as the version did that knew no bundles: its columns alone, its locks, its order. */
export interface OldProgram {
  /** One of its processes, from now until `stops`. */
  runs(): Promise<void>;
  stops(): void;
  /** How many transactions have come to their end. */
  done(): number;
  hasDone(transactions: number): Promise<void>;
  /** What Postgres refused. */
  failures: unknown[];
  /** The longest that a transaction took. */
  longestMs(): number;
}

/** A buyer's steps, each a transaction of its own: `$1` is the buyer. */
const STEPS: readonly (readonly string[])[] = [
  [
    `UPDATE payments SET status = 'cancelled', decided_at = now() WHERE end_user_id = $1 AND status = 'created'`,
    `INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status, created_at)
     SELECT e.id, e.user_bot_id, p.channel_id, p.id, p.duration_months, p.price, 'card', 'created', now()
       FROM end_users e JOIN channels c ON c.user_bot_id = e.user_bot_id
       JOIN plans p ON p.channel_id = c.id AND p.duration_months = 1
      WHERE e.id = $1 AND NOT EXISTS (SELECT FROM payments WHERE end_user_id = $1 AND status = 'pending')`,
  ],
  [
    `UPDATE payments SET status = 'pending', screenshot_file_id = 'file', receipt_at = now() WHERE end_user_id = $1 AND status = 'created'`,
  ],
  [
    `SELECT id FROM channels WHERE id = (SELECT channel_id FROM payments WHERE end_user_id = $1 LIMIT 1) FOR SHARE`,
    `WITH approved AS (
       UPDATE payments p SET status = 'approved', approved_at = now(), decided_at = now(), subscription_id = s.id,
              extended_from = s.expires_at, extended_to = s.expires_at + interval '1 month'
         FROM subscriptions s
        WHERE p.end_user_id = $1 AND p.status = 'pending' AND s.end_user_id = $1 AND s.status = 'active'
        RETURNING p.*)
     INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, months,
                               added_from, added_to, created_at)
     SELECT user_bot_id, end_user_id, subscription_id, channel_id, 'payment', id, 1, extended_from, extended_to, now()
       FROM approved`,
    `UPDATE subscriptions SET expires_at = (SELECT max(added_to) FROM time_entries WHERE end_user_id = $1)
      WHERE end_user_id = $1 AND status = 'active'`,
  ],
  [
    `UPDATE payments SET status = 'cancelled', decided_at = now() WHERE end_user_id = $1 AND status IN ('created', 'pending')`,
  ],
];

const DROP_STALE = `UPDATE payments SET status = 'cancelled', decided_at = now()
  WHERE status = 'created' AND created_at <= now() - interval '24 hours'`;

/** @param buyers they have the ids from 1 on */
export function createOldProgram(databaseUrl: string, buyers: number): OldProgram {
  let isRunning = true;
  let done = 0;
  let longestMs = 0;
  let next = 0;
  const failures: unknown[] = [];

  async function transact(client: pg.Client, statements: readonly string[], buyer: number): Promise<void> {
    const began = performance.now();
    try {
      await client.query('BEGIN');
      await client.query('SELECT banned FROM end_users WHERE id = $1 FOR UPDATE', [buyer]);
      for (const statement of statements) await client.query(statement, [buyer]);
      await client.query('COMMIT');
    } catch (error) {
      failures.push(error);
      await client.query('ROLLBACK');
    }
    done += 1;
    longestMs = Math.max(longestMs, performance.now() - began);
  }

  return {
    failures,
    async runs() {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      while (isRunning) {
        next += 1;
        // All over the table: whoever comes next is no neighbour.
        const buyer = 1 + ((next * 7_919) % buyers);
        for (const statements of STEPS) await transact(client, statements, buyer);
        if (next % 10 === 0) await client.query(DROP_STALE).catch((error: unknown) => failures.push(error));
      }
      await client.end();
    },
    stops() {
      isRunning = false;
    },
    done: () => done,
    hasDone: (transactions) =>
      eventually(() => {
        if (done < transactions) throw new Error(`${done} transactions of ${transactions} are done`);
      }),
    longestMs: () => longestMs,
  };
}
