import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { DeliveryError } from '../../../kernel/outbox/delivery-error.ts';
import type { Clock } from '../../../shared/clock.ts';
import { SECOND_MS } from '../../../shared/durations.ts';
import type { Language } from '../../../shared/languages.ts';
import { toBroadcast, waitsUntil } from '../broadcast.ts';
import type { BroadcastGateway } from '../broadcast-gateway.ts';
import { readCountsOf } from '../recipients.ts';

const SHOWN_EVERY_MS = 5 * SECOND_MS;

export interface ProgressDisplay {
  /** Whoever started it sees how far it is. */
  show(broadcastId: number): Promise<void>;
  /** The same of those that go out, again and again. @returns what ends it */
  watch(listIds: () => readonly number[]): () => void;
}

export function createProgressDisplay({
  prisma,
  clock,
  gateway,
  timeZone,
  report,
}: {
  prisma: PrismaClient;
  clock: Clock;
  gateway: Pick<BroadcastGateway, 'showProgress'>;
  timeZone: string;
  report: (error: unknown, tags: Record<string, string>) => void;
}): ProgressDisplay {
  async function languageOf(botId: number, telegramUserId: bigint): Promise<Language> {
    const [bot, owner, endUser] = await Promise.all([
      prisma.sellerBot.findUniqueOrThrow({ where: { id: botId }, select: { ownerId: true } }),
      prisma.owner.findUnique({ where: { telegramUserId } }),
      prisma.endUser.findUnique({ where: { telegramUserId_botId: { telegramUserId, botId } } }),
    ]);
    // A manager reads the bot as whoever buys there does.
    const viewer = owner?.id === bot.ownerId ? owner : (endUser ?? owner);
    return (viewer?.language ?? 'uz') as Language;
  }

  async function show(id: number): Promise<void> {
    const row = await prisma.broadcast.findUnique({
      where: { id },
      include: { bot: { select: { telegramBotId: true } } },
    });
    if (!row || row.shownMessageId === null || row.shownTo === null) return;
    const { shownTo: chatId, shownMessageId: messageId } = row;
    const { telegramBotId } = row.bot;
    const counts = await readCountsOf(prisma, row);
    const progress = {
      broadcast: toBroadcast(row),
      counts,
      waitsUntil: waitsUntil(clock.now(), timeZone),
    };
    const language = await languageOf(row.botId, chatId);
    try {
      await gateway.showProgress({ telegramBotId, chatId, messageId }, language, progress);
    } catch (error) {
      // It is shown again soon, and whoever wants to know it at once looks at its page.
      if (!(error instanceof DeliveryError)) throw error;
    }
  }

  return {
    show,
    watch(listIds) {
      let isShowing = false;
      const timer = setInterval(() => {
        if (isShowing) return;
        isShowing = true;
        void Promise.all(listIds().map(show))
          .catch((error: unknown) => report(error, { part: 'broadcasts' }))
          .finally(() => {
            isShowing = false;
          });
      }, SHOWN_EVERY_MS);
      return () => clearInterval(timer);
    },
  };
}
