import type { KnownPerson } from '../../kernel/person.ts';
import { defineNotices } from '../notifications/notice.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    newEndUser: {
      to: 'owner';
      payload: { endUserId: number };
      content: { endUser: KnownPerson; botUsername: string };
    };
  }
}

export const END_USER_NOTICES = defineNotices({
  newEndUser: {
    isSure: false,
    isQuiet: true,
    async content(db, { endUserId }) {
      const endUser = await db.endUser.findUnique({
        where: { id: endUserId },
        // Of many who come at once no more is read than is told.
        select: {
          id: true,
          telegramUserId: true,
          fullName: true,
          username: true,
          bot: { select: { username: true, mutedAt: true } },
        },
      });
      // Its owner asked not to hear of what can be many.
      if (!endUser || endUser.bot.mutedAt) return null;
      return { endUser, botUsername: endUser.bot.username };
    },
  },
});
