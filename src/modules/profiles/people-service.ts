import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor, TeamActor } from '../../kernel/actor.ts';
import { readBounded } from '../../kernel/bounded-read.ts';
import { AppError } from '../../kernel/errors.ts';
import { type Outcome, oneByOne } from '../../kernel/one-by-one.ts';
import { type KnownPerson, stillKnown } from '../../kernel/person.ts';
import { requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import type { InviteLinkService } from '../access/invite-link-service.ts';
import type { BanService } from '../bans/ban-service.ts';
import type { ChannelType } from '../channels/channel.ts';
import { type PaymentRecord, readRecords } from '../payments/desk/payment-records.ts';
import type { SubscriptionService } from '../subscriptions/subscription-service.ts';
import { ENDS_AT, type PeopleFilter, peopleWhere } from './people-filter.ts';
import { type PersonRecord, readPeople } from './person-records.ts';

/** One of all the subscriptions that somebody ever had. */
interface PersonSubscription {
  id: number;
  chat: { id: number; title: string; type: ChannelType };
  status: 'active' | 'expired' | 'kicked';
  startedAt: Date;
  /** Null: for ever. */
  expiresAt: Date | null;
  graceUntil: Date | null;
  joinedAt: Date | null;
  /** When it was over; null: it is not. */
  endedAt: Date | null;
}

/** Somebody with everything that their owner may know of them. */
export interface PersonStory extends PersonRecord {
  /** The newest first. */
  subscriptions: PersonSubscription[];
  /** The newest first. */
  payments: PaymentRecord[];
  invitedBy: KnownPerson | null;
}

export type PeopleSort = 'newest' | 'ending';

/** Where a list goes on: the last id, and of those who are sorted by it, when what they hold ends. */
export interface PeoplePlace {
  id: number;
  until: Date | null;
}

/** What is done to several people at once. @property press by which it is known when it is asked for again */
export type PeopleAction =
  | { action: 'grant'; planId: number; press: string }
  | { action: 'ban' | 'unban' | 'link' };

const PAYMENTS_SHOWN = 50;

/** A bot's end users as their owner goes through them: many at once, and each with all that is known of them. */
export function createPeopleService(deps: {
  prisma: PrismaClient;
  clock: Clock;
  subscriptions: SubscriptionService;
  bans: BanService;
  inviteLinks: InviteLinkService;
}) {
  const { prisma, clock, subscriptions, bans, inviteLinks } = deps;

  /** @throws AppError `tooBroad` */
  async function list(
    scope: TenantScope,
    actor: Actor,
    filter: PeopleFilter,
    { sort, after, limit }: { sort: PeopleSort; after: PeoplePlace | null; limit: number },
  ): Promise<{ items: PersonRecord[]; next: PeoplePlace | null }> {
    await requireMayRead(prisma, scope, actor, 'people');
    const now = clock.now();
    const page = { scope, where: peopleWhere(scope, filter, now), after, limit: limit + 1 };
    const places = await readBounded(prisma, (db) =>
      sort === 'newest' || holdsNothing(filter) ? findNewest(db, page) : findEnding(db, page),
    );
    const shown = places.slice(0, limit);
    return {
      items: await readPeople(
        prisma,
        scope,
        shown.map(({ id }) => id),
        now,
      ),
      next: places.length > limit ? (shown.at(-1) ?? null) : null,
    };
  }

  /** @throws AppError `notFound` */
  async function open(scope: TenantScope, actor: Actor, endUserId: number): Promise<PersonStory> {
    await requireMayRead(prisma, scope, actor, 'people');
    const [person] = await readPeople(prisma, scope, [endUserId], clock.now());
    if (!person) throw new AppError('notFound');
    const [held, paid, brought] = await Promise.all([
      prisma.subscription.findMany({
        where: { endUserId, channel: { botId: scope.botId } },
        include: { channel: { select: { id: true, title: true, type: true } } },
        orderBy: { id: 'desc' },
      }),
      prisma.payment.findMany({
        where: { endUserId, botId: scope.botId, isTest: false },
        select: { id: true },
        orderBy: { id: 'desc' },
        take: PAYMENTS_SHOWN,
      }),
      prisma.referral.findUnique({ where: { friendId: endUserId }, select: { inviter: true } }),
    ]);
    const payments = await readRecords(
      prisma,
      scope,
      paid.map(({ id }) => id),
    );
    return {
      ...person,
      subscriptions: held.map(({ channel, status, ...row }) => ({
        ...row,
        chat: { ...channel, type: channel.type as ChannelType },
        status: status as PersonSubscription['status'],
      })),
      payments,
      invitedBy: stillKnown(brought?.inviter),
    };
  }

  /**
   * Does the same to several, one by one: what became of one changes nothing for the others.
   * @returns what became of each, in their order
   */
  async function actOnEach(
    scope: TenantScope,
    actor: TeamActor,
    ids: readonly number[],
    action: PeopleAction,
  ): Promise<Outcome<void>[]> {
    await requireMayRead(prisma, scope, actor, action.action === 'link' ? 'people' : 'shop');
    return oneByOne(ids, (id) => actOn(scope, actor, id, action));
  }

  /** How some stand now; of whoever is not there, there is nothing. */
  async function readEach(scope: TenantScope, actor: Actor, ids: readonly number[]): Promise<PersonRecord[]> {
    await requireMayRead(prisma, scope, actor, 'people');
    return readPeople(prisma, scope, ids, clock.now());
  }

  /** @throws AppError whatever the service of each throws */
  async function actOn(
    scope: TenantScope,
    actor: TeamActor,
    endUserId: number,
    wanted: PeopleAction,
  ): Promise<void> {
    switch (wanted.action) {
      case 'grant': {
        const pressed = { ...actor, act: `${wanted.press}:${endUserId}` };
        return subscriptions.grant(scope, pressed, { endUserId, planId: wanted.planId });
      }
      case 'ban':
        return bans.banEndUser(scope, actor, endUserId);
      case 'unban':
        return bans.unbanEndUser(scope, actor, endUserId);
      case 'link':
        return inviteLinks.sendAgain(scope, actor, endUserId);
    }
  }

  return { list, open, actOn, actOnEach, readEach };
}

/** Whoever is meant by it has nothing that could end, in any chat. */
function holdsNothing({ state, chat }: PeopleFilter): boolean {
  return chat === undefined && (state === 'ended' || state === 'never');
}

interface PageAsked {
  scope: TenantScope;
  where: Prisma.Sql;
  after: PeoplePlace | null;
  /** One more than are shown. */
  limit: number;
}

/** Compared as a pair, so that the index of both is used wherever in the table its people stand. */
function findNewest(db: Db, { scope, where, after, limit }: PageAsked): Promise<PeoplePlace[]> {
  const { botId } = scope;
  const beyond = after ? Prisma.sql`AND (e.user_bot_id, e.id) < (${botId}, ${after.id})` : Prisma.empty;
  return db.$queryRaw<PeoplePlace[]>`
    SELECT e.id, NULL::timestamptz AS until FROM end_users e WHERE ${where} ${beyond}
     ORDER BY e.user_bot_id DESC, e.id DESC LIMIT ${limit}`;
}

/** Those of whom something ends, the soonest first; after them all others, the newest first. */
async function findEnding(db: Db, page: PageAsked): Promise<PeoplePlace[]> {
  const { scope, after, limit } = page;
  if (after && after.until === null) return findEndless(db, page);
  const channels = await db.$queryRaw<{ id: number }[]>`
    SELECT id FROM channels WHERE user_bot_id = ${scope.botId}`;
  const found = channels.length === 0 ? [] : await findEndingIn(db, channels, page);
  if (found.length === limit) return found;
  return [...found, ...(await findEndless(db, { ...page, after: null, limit: limit - found.length }))];
}

/** Chat by chat, so that as many are looked at as are shown, however many have access to it. */
function findEndingIn(
  db: Db,
  channels: readonly { id: number }[],
  { where, after, limit }: PageAsked,
): Promise<PeoplePlace[]> {
  const beyond = after ? Prisma.sql`AND (${ENDS_AT}, e.id) > (${after.until}, ${after.id})` : Prisma.empty;
  const inEach = channels.map(
    ({ id }) => Prisma.sql`(
      SELECT e.id, ${ENDS_AT} AS until
        FROM subscriptions s JOIN end_users e ON e.id = s.end_user_id
       WHERE s.channel_id = ${id} AND s.status = 'active' AND ${ENDS_AT} IS NOT NULL AND ${where} ${beyond}
         AND NOT EXISTS (SELECT FROM subscriptions sooner
                          WHERE sooner.end_user_id = s.end_user_id AND sooner.status = 'active'
                            AND (coalesce(sooner.grace_until, sooner.expires_at), sooner.id) < (${ENDS_AT}, s.id))
       ORDER BY ${ENDS_AT}, s.end_user_id LIMIT ${limit})`,
  );
  return db.$queryRaw<PeoplePlace[]>`
    SELECT id, until FROM (${Prisma.join(inEach, ' UNION ALL ')}) ending ORDER BY until, id LIMIT ${limit}`;
}

function findEndless(db: Db, page: PageAsked): Promise<PeoplePlace[]> {
  const nothingEnds = Prisma.sql`
    NOT EXISTS (SELECT FROM subscriptions s
                 WHERE s.end_user_id = e.id AND s.status = 'active' AND ${ENDS_AT} IS NOT NULL)`;
  return findNewest(db, { ...page, where: Prisma.sql`${page.where} AND ${nothingEnds}` });
}
