import type { KnownPerson } from '../../kernel/person.ts';
import { defineNotices } from '../notifications/notice.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    newOwner: { to: 'moderator'; payload: { ownerId: number }; content: { owner: KnownPerson } };
    ownerBanned: { to: 'owner'; payload: { ownerId: number }; content: object };
    ownerUnbanned: { to: 'owner'; payload: { ownerId: number }; content: object };
  }
}

export const OWNER_NOTICES = defineNotices({
  newOwner: {
    isSure: false,
    isQuiet: true,
    async content(db, { ownerId }) {
      const owner = await db.owner.findUnique({ where: { id: ownerId } });
      return owner && { owner };
    },
  },
  ownerBanned: { isSure: true, isQuiet: false, content: async () => ({}) },
  ownerUnbanned: { isSure: true, isQuiet: false, content: async () => ({}) },
});
