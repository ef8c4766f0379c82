import { type Language, suggestLanguage } from '../../infra/i18n/i18n.ts';
import { type Prepared, preparedBatchLoader, type RunPrepared } from '../../infra/postgres/prepared.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor, EndUserActor, OwnerActor } from '../../kernel/actor.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { Person, TenantScope } from '../../kernel/tenant-scope.ts';
import type { Aftermath, Db, UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Found, foundOf, type Page, pageOf, readCursorBack } from '../../shared/page.ts';
import type { HashPerson } from '../platform/person-key.ts';
import type { ArrivalLink, Attribute } from './arrival.ts';
import {
  type EndUser,
  fromKnown,
  KNOWN_END_USER_COLUMNS,
  type KnownEndUser,
  personMatches,
  toEndUser,
} from './end-user.ts';
import { createRegistration } from './registration.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** Somebody has opened a bot again; its owner, perhaps. */
    personReturned: { scope: TenantScope; telegramUserId: bigint };
  }
}

const END_USERS_PER_PAGE = 10;

/** What every update needs to know of its writer, in one round trip. */
const RECALL: Prepared = {
  name: 'end-user-recall',
  text: `
    SELECT q.n, ${KNOWN_END_USER_COLUMNS}
      FROM unnest($1::int[], $2::bigint[], $3::bigint[]) WITH ORDINALITY q(bot_id, telegram_user_id, telegram_bot_id, n)
      JOIN end_users e ON e.telegram_id = q.telegram_user_id AND e.user_bot_id = q.bot_id`,
};

export function createEndUserService(
  deps: Aftermath & {
    prisma: PrismaClient;
    read: RunPrepared;
    write: RunPrepared;
    transact: UnitOfWork;
    clock: Clock;
    hashPerson: () => Promise<HashPerson>;
    /** Who and what may have brought somebody. */
    attributions: readonly Attribute[];
  },
) {
  const { prisma, read, transact, clock } = deps;
  const register = createRegistration(deps);
  const findKnown = preparedBatchLoader<[number, bigint, bigint], KnownEndUser>(read, RECALL);

  return {
    /** What the database knows of somebody before they are heard; null for whoever was never here. */
    async recall(scope: TenantScope, telegramUserId: bigint): Promise<KnownEndUser | null> {
      return (await findKnown(scope.botId, telegramUserId, scope.telegramBotId)) ?? null;
    },

    /**
     * Whoever writes to a seller bot is its end user from then on; their name is kept as they have it now.
     * @param known what `recall` says of them
     * @param language theirs as far as it is known elsewhere; absent: what Telegram suggests
     * @param link by which they came, if by any: it counts for whoever comes for the first time, and is written with them
     */
    async visit(
      scope: TenantScope,
      person: Person,
      known: KnownEndUser | null,
      {
        language = suggestLanguage(person.languageCode),
        link = null,
      }: { language?: Language; link?: ArrivalLink | null } = {},
    ): Promise<EndUser> {
      const { telegramUserId, username, fullName } = person;
      const arriving = { language, link };
      if (!known) return register(scope, person, arriving);
      const changed = known.username !== username || known.fullName !== fullName || known.hasBlocked;
      if (!changed) return fromKnown(known, telegramUserId);
      const data = { username, fullName, blockedAt: null };
      const [present] = await prisma.endUser.updateManyAndReturn({
        where: { id: known.id, botId: scope.botId, telegramUserId },
        data,
      });
      // Forgotten in this very moment: they begin anew.
      return present ? toEndUser(present) : register(scope, person, arriving);
    },

    /** @returns null for an owner who never acted as an end user of their bot */
    async chooseLanguage(
      scope: TenantScope,
      { telegramUserId }: OwnerActor | EndUserActor,
      language: Language,
    ): Promise<EndUser | null> {
      const [chosen] = await prisma.endUser.updateManyAndReturn({
        where: { telegramUserId, botId: scope.botId },
        data: { language, languageChosenAt: clock.now() },
      });
      return chosen ? toEndUser(chosen) : null;
    },

    /** The plan that somebody came for is kept while they have no language; null: no longer. */
    async keepWish(
      { botId }: TenantScope,
      { id }: Pick<EndUser, 'id'>,
      planId: number | null,
    ): Promise<void> {
      await prisma.endUser.updateMany({ where: { id, botId }, data: { wantedPlanId: planId } });
    },

    /** Whether somebody may get offers; whoever never turned them off may. */
    async getsOffers(scope: TenantScope, telegramUserId: bigint): Promise<boolean> {
      const where = { telegramUserId, botId: scope.botId, offersOffAt: { not: null } };
      return (await prisma.endUser.count({ where })) === 0;
    },

    /** Turns offers on or off; what is about access or money comes in any case. Said twice, it is known since the first time. */
    async setOffers({ botId }: TenantScope, { endUserId }: EndUserActor, getsOffers: boolean): Promise<void> {
      const where = { id: endUserId, botId };
      if (getsOffers) await prisma.endUser.updateMany({ where, data: { offersOffAt: null } });
      else
        await prisma.endUser.updateMany({
          where: { ...where, offersOffAt: null },
          data: { offersOffAt: clock.now() },
        });
    },

    /**
     * The person closed the bot, or opened it again: then what waited for them comes. Heard again, also long after, it
     * changes nothing.
     */
    async noteBlocking(
      scope: TenantScope,
      telegramUserId: bigint,
      { isOpen, toldOrder }: { isOpen: boolean; toldOrder: bigint },
    ): Promise<void> {
      const { botId } = scope;
      const isNews = { OR: [{ doorToldOrder: null }, { doorToldOrder: { lt: toldOrder } }] };
      const note = (db: Db, blockedAt: Date | null) =>
        db.endUser.updateMany({
          where: { telegramUserId, botId, ...isNews },
          data: { blockedAt, doorToldOrder: toldOrder },
        });
      // Nothing follows from it, so it needs no transaction.
      if (!isOpen) return void (await note(prisma, clock.now()));
      await transact(async ({ db, publish }) => {
        const { count } = await note(db, null);
        if (count > 0) publish('personReturned', { scope, telegramUserId });
      });
    },

    /** How many have closed the bot. */
    async countClosed(scope: TenantScope, actor: Actor): Promise<number> {
      await requireMayRead(prisma, scope, actor, 'shop');
      return prisma.endUser.count({ where: { botId: scope.botId, blockedAt: { not: null } } });
    },

    /** The bot's owner, or one of their managers, has come to it, whatever they had blocked before. */
    async welcomeTeam(scope: TenantScope, actor: Actor): Promise<void> {
      await transact(async ({ db, publish }) => {
        const { telegramUserId } = await requireMay(db, scope, actor, 'look');
        publish('personReturned', { scope, telegramUserId });
      });
    },

    /**
     * A page of the bot's end users, newest first.
     * @param before `0`, or the `next` of the page before
     */
    async list(scope: TenantScope, actor: Actor, before: string): Promise<Page<EndUser>> {
      await requireMayRead(prisma, scope, actor, 'people');
      // Compared as a pair, the bot and the id are found by the index of both, wherever in the table its people stand:
      // by the bot alone Postgres would rather read everybody's, the newest first, and leave out the others'.
      const ids = await prisma.$queryRaw<{ id: number }[]>`
        SELECT id FROM end_users
         WHERE user_bot_id >= ${scope.botId} AND (user_bot_id, id) < (${scope.botId}, ${readCursorBack(before)})
         ORDER BY user_bot_id DESC, id DESC LIMIT ${END_USERS_PER_PAGE + 1}`;
      const rows = await prisma.endUser.findMany({
        where: { botId: scope.botId, id: { in: ids.map(({ id }) => id) } },
        orderBy: { id: 'desc' },
      });
      return pageOf(rows, END_USERS_PER_PAGE, toEndUser);
    },

    /** Those whose name, @username or Telegram id is what was typed; the newest, as many as a page holds. */
    async find(scope: TenantScope, actor: Actor, typed: string): Promise<Found<EndUser>> {
      await requireMayRead(prisma, scope, actor, 'people');
      const ids = await prisma.$queryRaw<{ id: number }[]>`
        SELECT id FROM end_users WHERE user_bot_id = ${scope.botId} AND ${personMatches(typed)}
         ORDER BY id DESC LIMIT ${END_USERS_PER_PAGE + 1}`;
      const rows = await prisma.endUser.findMany({
        where: { botId: scope.botId, id: { in: ids.map(({ id }) => id) } },
        orderBy: { id: 'desc' },
      });
      return foundOf(rows, END_USERS_PER_PAGE, toEndUser);
    },
  };
}
