import type { PersonName } from '../../kernel/person.ts';
import type { ManagerRole } from '../../kernel/rights.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { defineNotices } from '../notifications/notice.ts';

interface OfManager {
  managerId: number;
  person: PersonName;
  role: ManagerRole;
  botUsername: string;
  telegramBotId: bigint;
}

declare module '../notifications/notice.ts' {
  interface Notices {
    /** To the owner: somebody wants to help, and waits for their word. */
    managerAsks: { to: 'owner'; payload: { managerId: number }; content: OfManager };
    /** To the owner. */
    managerLeft: { to: 'owner'; payload: { managerId: number }; content: OfManager };
    /** To whoever asked or helps: what the owner has decided. */
    managerDecided: {
      to: 'owner';
      payload: { managerId: number; outcome: ManagerOutcome };
      content: OfManager & { outcome: ManagerOutcome };
    };
  }
}

/** They help now; may not; help with something else; or help no more. */
export type ManagerOutcome = 'added' | 'refused' | 'role' | 'removed';

export const TEAM_NOTICES = defineNotices({
  managerAsks: {
    isSure: true,
    isQuiet: false,
    content: async (db, { managerId }) => find(db, managerId, ['asked']),
  },
  managerLeft: {
    isSure: false,
    isQuiet: false,
    content: async (db, { managerId }) => find(db, managerId, ['removed']),
  },
  managerDecided: {
    isSure: true,
    isQuiet: false,
    async content(db, { managerId, outcome }) {
      const isOver = outcome === 'refused' || outcome === 'removed';
      const found = await find(db, managerId, isOver ? ['removed'] : ['active']);
      return found && { ...found, outcome };
    },
  },
});

/** Null where it has become otherwise meanwhile: then something else is told of it. */
async function find(db: Db, managerId: number, states: readonly string[]): Promise<OfManager | null> {
  const row = await db.botManager.findUnique({
    where: { id: managerId },
    include: { bot: { select: { username: true, telegramBotId: true } } },
  });
  if (!row || !states.includes(row.status)) return null;
  const { fullName, username, telegramUserId, bot } = row;
  return {
    managerId,
    person: { fullName, username, telegramUserId },
    role: row.role as ManagerRole,
    botUsername: bot.username,
    telegramBotId: bot.telegramBotId,
  };
}
