import { Prisma, type PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import { REASON_TIMEOUT, runsFor } from './attempt.ts';

/** As `isStale`, of an attempt `a`. */
function isStale(now: Date): Prisma.Sql {
  return Prisma.sql`
    a.state = 'created' AND CASE a.provider
      WHEN 'payme' THEN ${BigInt(now.getTime())}::bigint - coalesce(a.provider_time, a.create_time) > ${runsFor('payme')}
      WHEN 'click' THEN ${BigInt(now.getTime())}::bigint - a.create_time > ${runsFor('click')}
      WHEN 'uzum' THEN ${BigInt(now.getTime())}::bigint - a.create_time > ${runsFor('uzum')}
      ELSE false END`;
}

/** Ends the attempts of `stale`, and frees the orders that wait for none any more. */
function expire(stale: Prisma.Sql, now: Date): Prisma.Sql {
  return Prisma.sql`
    WITH stale AS (${stale}),
         ended AS (
           UPDATE payment_attempts a
              SET state = 'expired',
                  reason = CASE a.provider WHEN 'payme' THEN ${REASON_TIMEOUT}::int ELSE a.reason END,
                  cancel_time = CASE a.provider WHEN 'payme' THEN ${BigInt(now.getTime())}::bigint ELSE a.cancel_time END
             FROM stale WHERE a.id = stale.id AND a.state = 'created'
           RETURNING a.id, a.payment_id)
    UPDATE payments p SET locked_until = NULL
     WHERE p.id IN (SELECT payment_id FROM ended)
       AND NOT EXISTS (SELECT FROM payment_attempts o
                        WHERE o.payment_id = p.id AND o.state = 'created' AND o.id NOT IN (SELECT id FROM ended))`;
}

/**
 * Whatever has run for too long, of all tenants, in one statement. Those whose buyer is busy are left to the next time: a
 * callback that is under way is not overtaken.
 */
export async function expireAttempts(prisma: PrismaClient, now: Date): Promise<void> {
  await prisma.$executeRaw(
    expire(
      Prisma.sql`
        SELECT a.id FROM payment_attempts a
          JOIN payments ap ON ap.id = a.payment_id
          JOIN end_users e ON e.id = ap.end_user_id
         WHERE ${isStale(now)} FOR UPDATE OF e SKIP LOCKED`,
      now,
    ),
  );
}

/** The same of one buyer's orders, who are looked at; the caller holds the lock on them. */
export async function expireAttemptsOf({ db, now }: Work, endUserId: number): Promise<void> {
  await db.$executeRaw(
    expire(
      Prisma.sql`
        SELECT a.id FROM payment_attempts a
          JOIN payments ap ON ap.id = a.payment_id
         WHERE ap.end_user_id = ${endUserId} AND ${isStale(now)}`,
      now,
    ),
  );
}
