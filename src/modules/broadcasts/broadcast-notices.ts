import type { Db } from '../../kernel/unit-of-work.ts';
import { ownerOf } from '../notifications/address.ts';
import { defineNotices } from '../notifications/notice.ts';
import { listManagers } from '../team/team-queries.ts';
import type { PauseReason } from './broadcast-status.ts';
import { type RecipientCounts, readCountsOf } from './recipients.ts';

interface OfBroadcast {
  broadcastId: number;
  botUsername: string;
  total: number;
  counts: RecipientCounts;
}

declare module '../notifications/notice.ts' {
  interface Notices {
    /** To the owner and to whoever wrote it: it stopped by itself. */
    broadcastPaused: {
      to: 'owner';
      payload: { broadcastId: number; reason: PauseReason };
      content: OfBroadcast & { reason: PauseReason };
    };
    /** To the same, and to moderators where it was a large one. */
    broadcastDone: { to: 'owner' | 'moderator'; payload: { broadcastId: number }; content: OfBroadcast };
    /** To the same as the first: nobody gets it any more, though nobody of them ended it. */
    broadcastEnded: { to: 'owner'; payload: { broadcastId: number }; content: OfBroadcast };
  }
}

export const BROADCAST_NOTICES = defineNotices({
  broadcastPaused: {
    isSure: true,
    isQuiet: false,
    async content(db, { broadcastId, reason }) {
      const found = await find(db, broadcastId, 'paused');
      return found && { ...found, reason };
    },
  },
  broadcastDone: {
    isSure: false,
    isQuiet: false,
    content: (db, { broadcastId }) => find(db, broadcastId, 'done'),
  },
  broadcastEnded: {
    isSure: false,
    isQuiet: false,
    content: (db, { broadcastId }) => find(db, broadcastId, 'cancelled'),
  },
});

/** Null where it has become otherwise meanwhile. */
async function find(db: Db, id: number, status: string): Promise<OfBroadcast | null> {
  const row = await db.broadcast.findUnique({
    where: { id },
    include: { bot: { select: { username: true, removedAt: true } } },
  });
  if (!row || row.status !== status || row.bot.removedAt) return null;
  const counts = await readCountsOf(db, row);
  return { broadcastId: id, botUsername: row.bot.username, total: row.total, counts };
}

/** Whoever hears of a broadcast: the owner of its bot, and the manager who wrote it for them, if they still are one. */
export async function hearersOf(
  db: Db,
  { createdBy, botId, bot }: { createdBy: bigint; botId: number; bot: { ownerId: number } },
): Promise<ReturnType<typeof ownerOf>[]> {
  const managers = await listManagers(db, botId, 'shop');
  const isManager = managers.some(({ telegramUserId }) => telegramUserId === createdBy);
  const author = isManager
    ? await db.owner.findUnique({ where: { telegramUserId: createdBy }, select: { id: true } })
    : null;
  return [{ ownerId: bot.ownerId }, ...(author ? [{ ownerId: author.id }] : [])].map(ownerOf);
}
