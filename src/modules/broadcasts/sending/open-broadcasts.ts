import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../../kernel/actor.ts';
import { isForgotten } from '../../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../../kernel/unit-of-work.ts';
import { DAY_MS, MINUTE_MS } from '../../../shared/durations.ts';
import type { Original } from '../broadcast.ts';
import {
  cancelForThem,
  finishBroadcast,
  type LockedBroadcast,
  lockBroadcast,
  pauseByItself,
} from '../broadcast-changes.ts';
import { giveUpTaken, readCountsOf } from '../recipients.ts';

/** After so long nobody brings a new token any more. */
const DEAD_FOR_MS = 7 * DAY_MS;
/** No call takes so long: whoever made it has died, and nobody has seen to what they had in hand. */
const LOST_AFTER_MS = 5 * MINUTE_MS;

/** What goes out now: of each bot the oldest. */
export interface SendingBroadcast extends Original {
  id: number;
  botId: number;
  telegramBotId: bigint;
  planId: number | null;
  blocksAccepted: boolean;
}

export async function listSending(prisma: PrismaClient): Promise<SendingBroadcast[]> {
  return prisma.$queryRaw<SendingBroadcast[]>`
    SELECT DISTINCT ON (b.user_bot_id) b.id, b.user_bot_id AS "botId", u.telegram_bot_id AS "telegramBotId",
           b.plan_id AS "planId", b.from_chat_id AS "fromChatId", b.message_id AS "messageId",
           b.blocks_accepted AS "blocksAccepted"
      FROM broadcasts b JOIN user_bots u ON u.id = b.user_bot_id
     WHERE b.status = 'sending' ORDER BY b.user_bot_id, b.id`;
}

/** Whether nobody may get it through this bot any more, or not now. */
function obstacleOf({ bot }: LockedBroadcast, now: Date) {
  if (bot.removedAt || bot.handedOverAt || bot.owner.banned || isForgotten(bot.owner)) return 'over';
  if (!bot.tokenDeadAt) return null;
  return now.getTime() - bot.tokenDeadAt.getTime() >= DEAD_FOR_MS ? 'over' : 'token';
}

/**
 * Makes a broadcast what it has to be by now: done, paused or cancelled. Looked at twice it stays that.
 * @returns whether it has become otherwise
 */
export async function lookAtBroadcast(
  { transact, moderatorIds }: { transact: UnitOfWork; moderatorIds: readonly bigint[] },
  id: number,
): Promise<boolean> {
  return transact(async (work) => {
    const row = await lockBroadcast(work, id);
    if (!row || !['scheduled', 'sending', 'paused'].includes(row.status)) return false;
    const obstacle = obstacleOf(row, work.now);
    if (obstacle === 'over') {
      await cancelForThem(work, row, SYSTEM);
      return true;
    }
    if (row.status !== 'sending') return false;
    if (obstacle === 'token') {
      await pauseByItself(work, row, 'token');
      return true;
    }
    await giveUpTaken(work.db, work.now, { id, before: new Date(work.now.getTime() - LOST_AFTER_MS) });
    const { waiting, taken } = await readCountsOf(work.db, row);
    if (waiting + taken > 0) return false;
    await finishBroadcast(work, row, moderatorIds);
    return true;
  });
}

/** Those whose bot or owner may send nothing any more. */
export async function listObstructed(prisma: PrismaClient): Promise<number[]> {
  const rows = await prisma.$queryRaw<{ id: number }[]>`
    SELECT b.id FROM broadcasts b
      JOIN user_bots u ON u.id = b.user_bot_id JOIN user_admins o ON o.id = u.user_admin_id
     WHERE b.status IN ('scheduled', 'sending', 'paused')
       AND (u.removed_at IS NOT NULL OR u.handed_over_at IS NOT NULL OR u.token_dead_at IS NOT NULL OR o.banned OR o.telegram_id < 0)`;
  return rows.map(({ id }) => id);
}
