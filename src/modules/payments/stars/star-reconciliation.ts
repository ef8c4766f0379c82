import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { DueItem } from '../../../kernel/due-item.ts';
import { type TenantScope, toTenantScope } from '../../../kernel/tenant-scope.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import type { SettlementService } from '../providers/settlement-service.ts';
import type { StarChargeService } from './star-charge-service.ts';
import { type StarGateway, type StarTransaction, TRANSACTIONS_AT_ONCE } from './star-gateway.ts';
import { noteReturned } from './star-refunds.ts';

export type StarReconciliation = ReturnType<typeof createStarReconciliation>;

/** Looks at night for Stars of which no update told. */
export function createStarReconciliation(deps: {
  prisma: PrismaClient;
  settlements: Pick<SettlementService, 'handle' | 'takeBack'>;
  starCharges: Pick<StarChargeService, 'takeLate'>;
  stars: Pick<StarGateway, 'listTransactions'>;
}) {
  const { prisma, settlements, starCharges, stars } = deps;

  /** Bots that take Stars, or did. */
  async function listBots(limit: number): Promise<DueItem[]> {
    const rows = await prisma.$queryRaw<{ id: number }[]>`
      SELECT b.id FROM user_bots b
       WHERE b.is_active AND (b.stars_enabled OR b.star_transactions_seen > 0
             OR EXISTS (SELECT FROM payments p WHERE p.user_bot_id = b.id AND p.currency = 'XTR'))
       ORDER BY b.id LIMIT ${limit}`;
    return rows.map(({ id }) => ({ id, rank: 1 }));
  }

  /** Goes on from where the last look ended. */
  async function lookAtBot(botId: number): Promise<void> {
    const bot = await prisma.sellerBot.findUnique({
      where: { id: botId },
      include: { owner: { select: { telegramUserId: true } } },
    });
    if (!bot?.isActive) return;
    const scope = toTenantScope(bot);
    let seen = bot.starTransactionsSeen;
    for (;;) {
      const told = await stars.listTransactions(scope.telegramBotId, seen);
      for (const transaction of told) {
        const place = seen;
        if (!(await settlements.handle((work) => see(work, scope, { transaction, place })))) return;
        seen += 1;
      }
      if (told.length < TRANSACTIONS_AT_ONCE) return;
    }
  }

  /** @returns false: somebody else looks at them beside us */
  async function see(
    work: Work,
    scope: TenantScope,
    { transaction, place }: { transaction: StarTransaction; place: number },
  ): Promise<boolean> {
    const { count } = await work.db.sellerBot.updateMany({
      where: { id: scope.botId, starTransactionsSeen: place },
      data: { starTransactionsSeen: place + 1 },
    });
    if (count === 0) return false;
    if (!transaction) return true;
    const { direction, chargeId, telegramUserId, stars: amount, payload, paidUntil } = transaction;
    if (direction === 'out') {
      await noteReturned(work, settlements, scope, chargeId);
      return true;
    }
    const renewal = paidUntil === null ? null : { until: paidUntil, isFirst: null };
    const charge = { chargeId, telegramUserId, currency: 'XTR', stars: amount, payload, renewal };
    await starCharges.takeLate(work, scope, charge);
    return true;
  }

  return { listBots, lookAtBot };
}
