import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { UnitOfWork } from '../promises/unit-of-work.ts';

/** A night puts at most this many right: what is left has the next night. */
const PER_NIGHT = 1_000;
/** Promises of the last hour may still be on their way. */
const SETTLED_AFTER_MS = 3_600_000;

export interface Reconciliation {
  removalsPromised: number;
  deliveriesPromised: number;
}

interface Tenanted {
  id: number;
  botId: number;
}

/** Finds what should have been promised and was not, or whose promise is gone, and promises it again. */
export function createReconciliationService(deps: { prisma: PrismaClient; transact: UnitOfWork }) {
  const { prisma, transact } = deps;

  /** Ended, never seen out, and nobody is about to remove them. Administrators, who stay, were told of once. */
  async function findStillInside(before: Date): Promise<Tenanted[]> {
    return prisma.$queryRaw<Tenanted[]>`
      SELECT s.id, c.user_bot_id AS "botId" FROM subscriptions s
        JOIN channels c ON c.id = s.channel_id JOIN user_bots b ON b.id = c.user_bot_id AND b.is_active
       WHERE s.status <> 'active' AND s.kicked_at IS NULL AND s.expires_at <= ${before}
         AND NOT EXISTS (SELECT 1 FROM promises p WHERE p.kind = 'remove-member'
               AND (p.payload ->> 'subscriptionId')::int = s.id AND (p.done_at IS NULL OR p.outcome = 'kept'))
       ORDER BY s.id LIMIT ${PER_NIGHT}`;
  }

  /** Paid for, and never delivered. */
  async function findUndelivered(before: Date): Promise<Tenanted[]> {
    return prisma.$queryRaw<Tenanted[]>`
      SELECT s.id, c.user_bot_id AS "botId" FROM subscriptions s
        JOIN channels c ON c.id = s.channel_id JOIN user_bots b ON b.id = c.user_bot_id AND b.is_active
       WHERE s.status = 'active' AND s.delivered_at IS NULL AND s.started_at <= ${before}
         AND NOT EXISTS (SELECT 1 FROM promises p WHERE p.kind = 'deliver-access'
               AND (p.payload ->> 'subscriptionId')::int = s.id AND p.done_at IS NULL)
       ORDER BY s.id LIMIT ${PER_NIGHT}`;
  }

  return {
    async reconcile(now: Date): Promise<Reconciliation> {
      const before = new Date(now.getTime() - SETTLED_AFTER_MS);
      const [inside, undelivered] = await Promise.all([findStillInside(before), findUndelivered(before)]);
      await transact(async ({ promise }) => {
        for (const { id, botId } of inside) {
          promise({ kind: 'remove-member', botId, payload: { subscriptionId: id } });
        }
        for (const { id, botId } of undelivered) {
          const payload = { subscriptionId: id, paymentId: null, reason: 'again' } as const;
          promise({ kind: 'deliver-access', botId, payload });
        }
      });
      return { removalsPromised: inside.length, deliveriesPromised: undelivered.length };
    },
  };
}
