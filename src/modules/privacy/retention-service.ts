import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import { pruneTrail } from '../../kernel/audit.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { PUT_OUT_BY_BOT } from '../access/membership-service.ts';
import { ADMIN_STAYS } from '../access/removal-handlers.ts';
import { settleCounts } from '../broadcasts/recipients.ts';
import { voidOverdueRewards } from '../referrals/voided-rewards.ts';

const KEEP_RECEIPTS_DAYS = 90;
/** Longer than anybody would wait to use a receipt again. */
const KEEP_FINGERPRINTS_DAYS = 400;
const KEEP_SUPPORT_LINKS_DAYS = 30;
/** Telegram repeats an update for a day at most. */
const KEEP_ACTS_DAYS = 30;
/** As long as an advertiser settles accounts for what they call a click. */
const KEEP_CLICKS_DAYS = 180;
const KEEP_AUDIT_DAYS = 365;
const KEEP_CHECKS_DAYS = 30;
/** After their end, so that somebody can still see where they were signed in. */
const KEEP_SESSIONS_DAYS = 30;
const KEEP_CONFIRMATIONS_DAYS = 30;
/** Links by which managers are invited, after their time. */
const KEEP_INVITES_DAYS = 30;
/** Links of the free list, after their time. */
const KEEP_FREE_LINKS_DAYS = 30;
/** Who was to get which broadcast, after its end; and drafts that nobody has started. */
const KEEP_RECIPIENTS_DAYS = 30;
/** Nobody looks at it any more. */
const KEEP_UNREAD_FACTS_DAYS = 7;
/** Long enough to see what became of a message that somebody complains about. */
const KEEP_DELIVERED_DAYS = 30;

/** Lets go of what is kept, or waits, for a time only. A receipt that still waits keeps its file. */
export function createRetentionService({ prisma, clock }: { prisma: PrismaClient; clock: Clock }) {
  return {
    async prune(): Promise<void> {
      const ago = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
      const oldReceipt = {
        where: {
          receiptFileId: { not: null },
          status: { not: 'pending' },
          createdAt: { lt: ago(KEEP_RECEIPTS_DAYS) },
        },
        data: { receiptFileId: null, receiptNote: null },
      };
      await prisma.payment.updateMany(oldReceipt);
      await prisma.tariffPayment.updateMany(oldReceipt);
      await prisma.payment.updateMany({
        where: { receiptSha256: { not: null }, receiptAt: { lt: ago(KEEP_FINGERPRINTS_DAYS) } },
        data: { receiptSha256: null },
      });
      await prisma.sourceVisit.updateMany({
        where: { click: { not: null }, lastAt: { lt: ago(KEEP_CLICKS_DAYS) } },
        data: { click: null },
      });
      await prisma.supportMessage.deleteMany({ where: { createdAt: { lt: ago(KEEP_SUPPORT_LINKS_DAYS) } } });
      await prisma.act.deleteMany({ where: { at: { lt: ago(KEEP_ACTS_DAYS) } } });
      await pruneTrail(prisma, ago(KEEP_AUDIT_DAYS));
      await prisma.panelConfirmation.deleteMany({
        where: { expiresAt: { lt: ago(KEEP_CONFIRMATIONS_DAYS) } },
      });
      await prisma.managerInvite.deleteMany({ where: { expiresAt: { lt: ago(KEEP_INVITES_DAYS) } } });
      await prisma.freeLink.deleteMany({ where: { expiresAt: { lt: ago(KEEP_FREE_LINKS_DAYS) } } });
      await settleCounts(prisma);
      await prisma.broadcastRecipient.deleteMany({
        where: {
          broadcast: { finishedAt: { lt: ago(KEEP_RECIPIENTS_DAYS) }, counts: { not: Prisma.DbNull } },
        },
      });
      await prisma.broadcast.deleteMany({
        where: { status: 'draft', createdAt: { lt: ago(KEEP_RECIPIENTS_DAYS) } },
      });
      const sessionsUntil = { lt: ago(KEEP_SESSIONS_DAYS) };
      await prisma.panelSession.deleteMany({
        where: { OR: [{ endedAt: sessionsUntil }, { expiresAt: sessionsUntil }] },
      });
      await prisma.analyticsFacts.deleteMany({ where: { readAt: { lt: ago(KEEP_UNREAD_FACTS_DAYS) } } });
      await prisma.systemCheck.deleteMany({ where: { at: { lt: ago(KEEP_CHECKS_DAYS) } } });
      await voidOverdueRewards(prisma, clock.now());
      await prisma.outboxMessage.deleteMany({
        where: {
          doneAt: { lt: ago(KEEP_DELIVERED_DAYS) },
          // Told once for good, and its key is how that is known.
          NOT: [{ key: { startsWith: ADMIN_STAYS } }, { key: { startsWith: PUT_OUT_BY_BOT } }],
        },
      });
    },
  };
}
