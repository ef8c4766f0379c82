import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type {
  ClaimedMessage,
  OutboxDefinition,
  OutboxKind,
  OutboxTable,
} from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { ownerOf } from './address.ts';
import { defineNotices, type GivenOver, tell } from './notice.ts';

declare module './notice.ts' {
  interface Notices {
    /** Telegram has refused an outbox message for a day. The kind is stored, under the name that it had when the first was. */
    handedOver: {
      to: 'owner';
      /** Stored likewise. */
      payload: { promiseId: string };
      content: Omit<GivenOver, 'botId'> & { botUsername: string; telegramBotId: bigint };
    };
  }
}

export const GIVEN_OVER_NOTICES = defineNotices({
  handedOver: {
    isSure: true,
    isQuiet: false,
    async content(db, { promiseId }, { findGivenOver }) {
      const found = await findGivenOver(BigInt(promiseId));
      if (!found) return null;
      const { botId, ...about } = found;
      const bot = await db.sellerBot.findUnique({ where: { id: botId } });
      return bot && { ...about, botUsername: bot.username, telegramBotId: bot.telegramBotId };
    },
  },
});

/** Tells the owner, once, of an outbox message that Telegram has refused for a day, and what they can do about it. */
export function createGivenOverTeller({
  transact,
  outbox,
}: {
  transact: UnitOfWork;
  outbox: OutboxTable;
}): (claimed: Pick<ClaimedMessage, 'id' | 'kind' | 'botId'>) => Promise<void> {
  return async ({ id, kind, botId }) => {
    // Kinds that say nothing of it have no owner who could help.
    if (botId === null || (outbox as Partial<OutboxTable>)[kind]?.givenOver === undefined) return;
    await transact(async (work) => {
      const bot = await work.db.sellerBot.findUnique({ where: { id: botId }, select: { ownerId: true } });
      if (!bot) return;
      // Stored, too.
      const key = `handed-over:${id}`;
      tell(work, GIVEN_OVER_NOTICES.handedOver, ownerOf(bot), { promiseId: String(id) }, { key });
    });
  };
}

/** Null where it was delivered after all, is about nobody who is left, or is none that this program can read. */
export async function readGivenOver(
  prisma: PrismaClient,
  outbox: OutboxTable,
  messageId: bigint,
): Promise<GivenOver | null> {
  const row = await prisma.outboxMessage.findUnique({ where: { id: messageId } });
  if (!row || row.botId === null || (row.doneAt !== null && row.outcome !== 'failed')) return null;
  // Which kind it is decides what its payload holds, and both were read from one row.
  const definition = outbox[row.kind as OutboxKind] as OutboxDefinition<OutboxKind> | undefined;
  if (!definition?.givenOver) return null;
  const { matter, subject } = definition.givenOver;
  const payload = definition.payload.safeParse(row.payload);
  if (!payload.success) return null;
  const found = await subject(prisma, payload.data, row.botId);
  return found && { ...found, matter, botId: row.botId };
}
