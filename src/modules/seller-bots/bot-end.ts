import type { Work } from '../../kernel/unit-of-work.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** A bot is its owner's no more: nothing that it sold is given. */
    botRemoved: { botId: number };
  }
}

/** What ends with a bot that was removed in this transaction: whoever adds it again chooses anew who helps with it. */
export async function endWithBot({ db, now, publish }: Work, botId: number): Promise<void> {
  const over = { botId, status: { not: 'removed' } };
  await db.botManager.updateMany({ where: over, data: { status: 'removed', removedAt: now } });
  await db.managerInvite.deleteMany({ where: { botId } });
  publish('botRemoved', { botId });
}
