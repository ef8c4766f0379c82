import type { KnownPerson } from '../../kernel/person.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { defineNotices } from '../notifications/notice.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    tariffApproved: { to: 'owner'; payload: { ownerId: number }; content: { paidUntil: Date } };
    tariffRejected: { to: 'owner'; payload: { ownerId: number }; content: object };
    tariffEnded: {
      to: 'owner' | 'moderator';
      payload: { ownerId: number };
      /** `isTheirs`: whoever reads it is that owner, no moderator. */
      content: { owner: KnownPerson; isTheirs: boolean };
    };
    tariffEnds: {
      to: 'owner' | 'moderator';
      /** The end that it warns of: another one by then makes the warning senseless. */
      payload: { ownerId: number; expiresAt: string };
      content: { owner: KnownPerson; isTheirs: boolean; expiresAt: Date; timeLeftMs: number };
    };
  }
}

export const TARIFF_NOTICES = defineNotices({
  tariffApproved: {
    isSure: true,
    isQuiet: false,
    async content(db, { ownerId }) {
      const { paidUntil } = (await readTariff(db, ownerId)) ?? {};
      return paidUntil ? { paidUntil } : null;
    },
  },
  tariffRejected: { isSure: true, isQuiet: false, content: async () => ({}) },
  tariffEnded: {
    isSure: false,
    isQuiet: false,
    async content(db, { ownerId }, { to }) {
      const tariff = await readTariff(db, ownerId);
      if (!tariff || tariff.paidUntil) return null;
      return { owner: tariff.owner, isTheirs: to.kind === 'owner' };
    },
  },
  tariffEnds: {
    isSure: false,
    isQuiet: false,
    async content(db, notice, { to, now }) {
      const { owner, paidUntil: expiresAt } = (await readTariff(db, notice.ownerId)) ?? {};
      if (!owner || !expiresAt) return null;
      const timeLeftMs = expiresAt.getTime() - now.getTime();
      if (expiresAt.toISOString() !== notice.expiresAt || timeLeftMs <= 0) return null;
      return { owner, isTheirs: to.kind === 'owner', expiresAt, timeLeftMs };
    },
  },
});

/** As it is now: `paidUntil` null where none runs. */
async function readTariff(
  db: Db,
  ownerId: number,
): Promise<{ owner: KnownPerson; paidUntil: Date | null } | null> {
  const owner = await db.owner.findUnique({
    where: { id: ownerId },
    include: { tariffs: { where: { status: 'active' } } },
  });
  return owner && { owner, paidUntil: owner.tariffs[0]?.expiresAt ?? null };
}
