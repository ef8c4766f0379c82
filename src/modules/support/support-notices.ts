import type { KnownPerson } from '../../kernel/person.ts';
import { defineNotices } from '../notifications/notice.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    /** They wrote to the owner of a bot who cannot be reached there. */
    supportWaits: {
      to: 'owner';
      payload: { endUserId: number };
      content: { endUser: KnownPerson; botUsername: string };
    };
  }
}

export const SUPPORT_NOTICES = defineNotices({
  supportWaits: {
    isSure: false,
    isQuiet: false,
    async content(db, { endUserId }) {
      const endUser = await db.endUser.findUnique({ where: { id: endUserId }, include: { bot: true } });
      return endUser && { endUser, botUsername: endUser.bot.username };
    },
  },
});
