import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireModerator } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { type Page, pageOf, readCursorBack } from '../../shared/page.ts';
import { type Broadcast, toBroadcast } from './broadcast.ts';
import { cancelForThem, lockBroadcast } from './broadcast-changes.ts';
import { isOpen } from './broadcast-status.ts';
import { NOBODY, type RecipientCounts, readCounts } from './recipients.ts';

const BROADCASTS_PER_PAGE = 8;

/** One of any bot's, as moderators see it: never what it says. */
export interface BroadcastOfBot {
  broadcast: Broadcast;
  bot: { telegramBotId: bigint; username: string };
  owner: { id: number; fullName: string };
  counts: RecipientCounts;
}

/** What goes out on the whole platform, and how moderators end it. */
export function createBroadcastDesk({
  prisma,
  transact,
  moderatorIds,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  moderatorIds: readonly bigint[];
}) {
  return {
    /** Those that were started, the newest first. @param before `0`, or the `next` of the page before */
    async list(actor: Actor, before: string, size = BROADCASTS_PER_PAGE): Promise<Page<BroadcastOfBot>> {
      requireModerator(actor, moderatorIds);
      const rows = await prisma.broadcast.findMany({
        where: { id: { lt: readCursorBack(before) }, startsAt: { not: null } },
        orderBy: { id: 'desc' },
        take: size + 1,
        include: {
          bot: {
            select: { telegramBotId: true, username: true, owner: { select: { id: true, fullName: true } } },
          },
        },
      });
      const counts = await readCounts(prisma, rows);
      return pageOf(rows, size, (row) => ({
        broadcast: toBroadcast(row),
        bot: row.bot,
        owner: row.bot.owner,
        counts: counts.get(row.id) ?? NOBODY,
      }));
    },

    /** Nobody more gets it, and whoever it belongs to is told. Of one that is over nothing changes. @throws AppError `notFound` */
    async stop(actor: Actor, id: number): Promise<void> {
      requireModerator(actor, moderatorIds);
      await transact(async (work) => {
        const row = await lockBroadcast(work, id);
        if (!row?.startsAt) throw new AppError('notFound');
        if (!(await work.once(actor.act))) return;
        if (!isOpen(toBroadcast(row))) return;
        await cancelForThem(work, row, actor);
      });
    },
  };
}
