import { type Language, suggestLanguage } from '../../infra/i18n/i18n.ts';
import type { Owner as OwnerRow, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OwnerActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { isAnythingWaiting } from '../../kernel/outbox/outbox-queries.ts';
import type { Person } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import type { HashPerson } from '../platform/person-key.ts';
import type { Owner } from './owner.ts';
import type { AttributeOwner } from './owner-arrival.ts';
import { tellOfNewOwner } from './owner-queries.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** An owner has opened the main bot again; none of their bots in particular. */
    ownerReturned: { telegramUserId: bigint };
  }
}

export interface OwnerServiceDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  moderatorIds: readonly bigint[];
  hashPerson: () => Promise<HashPerson>;
  attribute: AttributeOwner;
}

/** How somebody comes to the main bot. */
interface Arrival {
  /** Whose link brought them; null: nobody's. */
  inviteCode: string | null;
  /** They help with somebody else's bot: moderators hear of them with the first one of their own. */
  comesToHelp: boolean;
}
const BY_NONE: Arrival = { inviteCode: null, comesToHelp: false };

/** Somebody who was here before, as they were then. */
export type KnownOwner = OwnerRow;

export function createOwnerService(deps: OwnerServiceDeps) {
  const { prisma, transact, clock, moderatorIds } = deps;

  async function register(person: Person, { inviteCode, comesToHelp }: Arrival): Promise<OwnerRow> {
    const hash = inviteCode === null ? null : await deps.hashPerson();
    return transact(async (work) => {
      const { db, now } = work;
      const inserted = await db.owner.createManyAndReturn({
        data: {
          telegramUserId: person.telegramUserId,
          username: person.username,
          fullName: person.fullName,
          language: suggestLanguage(person.languageCode),
          createdAt: now,
          isAnnounced: !comesToHelp,
        },
        skipDuplicates: true,
      });
      const owner = inserted[0];
      if (!owner) return db.owner.findUniqueOrThrow({ where: { telegramUserId: person.telegramUserId } });
      if (!comesToHelp) tellOfNewOwner(work, owner, moderatorIds);
      if (inviteCode !== null && hash) {
        await deps.attribute(work, { ownerId: owner.id, person: hash(person.telegramUserId), inviteCode });
      }
      return owner;
    });
  }

  return {
    /** What the database knows of somebody before they are heard; null for whoever was never here. */
    recall(telegramUserId: bigint): Promise<KnownOwner | null> {
      return prisma.owner.findUnique({ where: { telegramUserId } });
    },

    /**
     * Whoever writes to the main bot is an owner from then on; their name is kept as they have it now.
     * @param known what `recall` says of them
     * @param arrival by which link they came: it counts for whoever comes for the first time
     */
    async visit(person: Person, known: KnownOwner | null, arrival: Arrival = BY_NONE): Promise<Owner> {
      if (!known) return toOwner(await register(person, arrival));
      const changed =
        known.username !== person.username || known.fullName !== person.fullName || known.blockedAt !== null;
      if (!changed) return toOwner(known);
      const data = { username: person.username, fullName: person.fullName, blockedAt: null };
      const { telegramUserId } = person;
      const [present] = await prisma.owner.updateManyAndReturn({
        where: { id: known.id, telegramUserId },
        data,
      });
      // Forgotten in this very moment: they begin anew.
      return toOwner(present ?? (await register(person, arrival)));
    },

    /** They have opened the main bot, whatever they had blocked before. */
    async noteReturn({ telegramUserId }: OwnerActor): Promise<void> {
      // It is opened often, and hardly ever does anything wait: that is asked before a transaction is opened for it.
      if (!(await isAnythingWaiting(prisma, telegramUserId))) return;
      await transact(async ({ publish }) => publish('ownerReturned', { telegramUserId }));
    },

    async chooseLanguage({ telegramUserId }: OwnerActor, language: Language): Promise<Owner> {
      const data = { language, languageChosenAt: clock.now() };
      const [chosen] = await prisma.owner.updateManyAndReturn({ where: { telegramUserId }, data });
      if (!chosen) throw new AppError('notFound');
      return toOwner(chosen);
    },

    async getById(id: number): Promise<Owner> {
      return toOwner(await prisma.owner.findUniqueOrThrow({ where: { id } }));
    },
  };
}

export function toOwner(row: OwnerRow): Owner {
  return {
    id: row.id,
    telegramUserId: row.telegramUserId,
    username: row.username,
    fullName: row.fullName,
    language: row.language as Language,
    hasChosenLanguage: row.languageChosenAt !== null,
    banned: row.banned,
  };
}
