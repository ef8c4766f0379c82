import { setTimeout as sleep } from 'node:timers/promises';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { DueItem } from '../../kernel/due-item.ts';
import { DeliveryError } from '../../kernel/outbox/delivery-error.ts';
import { toTenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import type { ChatGateway } from '../channels/chat-gateway.ts';
import { readSetting, writeSetting } from '../platform/platform-settings.ts';
import type { MembershipService } from './membership-service.ts';

/** A night puts at most this many right: what is left has the next night. */
const PER_NIGHT = 1_000;
/** Messages of the last hour may still be on their way. */
const SETTLED_AFTER_MS = HOUR_MS;

/** The setting that remembers how far the last night came. */
const LOOKED_AT = 'reconciled-up-to';

export interface ReconciliationDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  chats: ChatGateway;
  memberships: MembershipService;
}

/** A night's look is in no hurry: it waits as long as Telegram asks, this often. */
const PATIENT_ATTEMPTS = 3;

async function asSoonAsAllowed<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const waitMs = error instanceof DeliveryError ? error.retryAfterMs : undefined;
      if (waitMs === undefined || attempt >= PATIENT_ATTEMPTS) throw error;
      await sleep(waitMs);
    }
  }
}

export interface Reconciliation {
  removalsEnqueued: number;
  deliveriesEnqueued: number;
}

interface Tenanted {
  id: number;
  botId: number;
}

/** Finds what should have been enqueued and was not, or whose message is gone, and enqueues it again. */
export function createReconciliationService(deps: ReconciliationDeps) {
  const { prisma, transact } = deps;

  /**
   * Ended, never seen out, and nobody is about to remove them. Administrators stay, which is told once,
   * until they are none any more. Whoever was
   * on the free list stays as well, unless banned. Whoever was
   * out since, by a later subscription, is inside because the owner let them in.
   */
  async function findStillInside(before: Date): Promise<Tenanted[]> {
    return prisma.$queryRaw<Tenanted[]>`
      SELECT s.id, c.user_bot_id AS "botId" FROM subscriptions s
        JOIN channels c ON c.id = s.channel_id JOIN user_bots b ON b.id = c.user_bot_id AND b.is_active
       WHERE s.status <> 'active' AND s.kicked_at IS NULL AND s.expires_at <= ${before}
         AND NOT EXISTS (SELECT FROM free_members f JOIN end_users e ON e.id = s.end_user_id AND NOT e.banned
               WHERE f.user_bot_id = c.user_bot_id AND f.telegram_id = e.telegram_id
                 AND (f.channel_id IS NULL OR f.channel_id = c.id))
         AND NOT EXISTS (SELECT 1 FROM promises p WHERE p.kind = 'remove-member'
               AND (p.payload ->> 'subscriptionId')::int = s.id AND p.done_at IS NULL)
         AND NOT EXISTS (SELECT 1 FROM subscriptions n
               WHERE n.end_user_id = s.end_user_id AND n.channel_id = s.channel_id
                 AND (n.status = 'active' OR n.kicked_at >= s.expires_at))
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

  /** The next members in turn: each night goes on where the last one ended. */
  async function listMembers(limit: number): Promise<DueItem[]> {
    const after = await readSetting(prisma, LOOKED_AT);
    const where = { status: 'active', endUser: { banned: false }, channel: { bot: { isActive: true } } };
    const rows = await prisma.subscription.findMany({
      where: { ...where, id: { gt: Number(after ?? 0) } },
      select: { id: true },
      orderBy: { id: 'asc' },
      take: Math.min(limit, PER_NIGHT),
    });
    // At the end of the list it begins anew.
    const value = String(rows.length < PER_NIGHT ? 0 : (rows.at(-1)?.id ?? 0));
    await writeSetting(prisma, LOOKED_AT, value, deps.clock.now());
    return rows.map(({ id }, index) => ({ id, rank: index + 1 }));
  }

  /** Looks at one member in Telegram. */
  async function lookAtMember(id: number): Promise<void> {
    const row = await prisma.subscription.findFirst({
      where: { id, status: 'active', endUser: { banned: false }, channel: { bot: { isActive: true } } },
      include: {
        endUser: { select: { telegramUserId: true } },
        channel: { include: { bot: { include: { owner: { select: { telegramUserId: true } } } } } },
      },
    });
    if (!row) return;
    const { telegramChatId, bot } = row.channel;
    const { telegramUserId } = row.endUser;
    try {
      const place = { telegramBotId: bot.telegramBotId, telegramChatId };
      const presence = await asSoonAsAllowed(() => deps.chats.presenceOf(place, telegramUserId));
      await deps.memberships.memberSeen(toTenantScope(bot), { telegramChatId, telegramUserId, presence });
    } catch (error) {
      // A chat or a bot that is unwell is told of elsewhere; the next nights look again.
      if (!(error instanceof DeliveryError)) throw error;
    }
  }

  return {
    listMembers,
    lookAtMember,
    async reconcile(now: Date): Promise<Reconciliation> {
      const before = new Date(now.getTime() - SETTLED_AFTER_MS);
      const [inside, undelivered] = await Promise.all([findStillInside(before), findUndelivered(before)]);
      await transact(async ({ enqueue }) => {
        for (const { id, botId } of inside) {
          enqueue({ kind: 'remove-member', botId, payload: { subscriptionId: id } });
        }
        for (const { id, botId } of undelivered) {
          const payload = { subscriptionId: id, reason: 'again' } as const;
          enqueue({ kind: 'deliver-access', botId, payload });
        }
      });
      return { removalsEnqueued: inside.length, deliveriesEnqueued: undelivered.length };
    },
  };
}
