import type { BotManager as BotManagerRow, Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, type OwnerActor, requireOwner, requireOwnerOf } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { PersonName } from '../../kernel/person.ts';
import type { ManagerRole } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { INVITE_HOURS, MAX_MANAGERS, type Manager, toManager } from './manager.ts';
import { hashManagerToken, makeManagerToken } from './manager-link.ts';
import { type ManagerOutcome, TEAM_NOTICES } from './team-notices.ts';
import { listManagers } from './team-queries.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** Somebody helps no more, or with something else. */
    managersStopped: { botIds: readonly number[] };
  }
}

/** What somebody is asked who has opened a link. */
export interface Invitation {
  id: number;
  role: ManagerRole;
  owner: PersonName;
  botUsername: string;
}

export type TeamService = ReturnType<typeof createTeamService>;

/** Those who help with a bot: the owner invites and decides, and whoever helps may leave. */
export function createTeamService({
  prisma,
  transact,
  clock,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
}) {
  /** Those who help, and those who have asked to. */
  async function list(scope: TenantScope, actor: Actor): Promise<Manager[]> {
    requireOwnerOf(scope, actor);
    const rows = await prisma.botManager.findMany({
      where: { botId: scope.botId, status: { not: 'removed' } },
      orderBy: { id: 'asc' },
    });
    return rows.map(toManager);
  }

  /** @throws AppError `notFound` of whoever is removed, too */
  async function open(scope: TenantScope, actor: Actor, managerId: number): Promise<Manager> {
    const manager = (await list(scope, actor)).find(({ id }) => id === managerId);
    if (!manager) throw new AppError('notFound');
    return manager;
  }

  /** Telegram ids of those who help with a bot, with whatever it is. @param botId `user_bots.id` */
  async function listHelpers(botId: number): Promise<ReadonlySet<bigint>> {
    return new Set((await listManagers(prisma, botId, 'look')).map(({ telegramUserId }) => telegramUserId));
  }

  /** What somebody is in a bot that they help with; null: nothing. */
  async function findOwn({ botId }: TenantScope, { telegramUserId }: OwnerActor): Promise<Manager | null> {
    const row = await prisma.botManager.findFirst({ where: { botId, telegramUserId, status: 'active' } });
    return row && toManager(row);
  }

  /**
   * A link for one person, who may answer it for `INVITE_HOURS`.
   * @returns what it ends in; kept nowhere. Null where the same press has made one before
   * @throws AppError `team.full`
   */
  async function invite(scope: TenantScope, actor: Actor, role: ManagerRole): Promise<string | null> {
    const token = makeManagerToken();
    return transact(async (work) => {
      const { db, now, audit, once } = work;
      await requireOwner(db, scope, actor);
      if (!(await once(actor.act))) return null;
      await requireRoom(work, scope.botId);
      const { id } = await db.managerInvite.create({
        data: {
          botId: scope.botId,
          role,
          tokenHash: hashManagerToken(token),
          createdAt: now,
          expiresAt: new Date(now.getTime() + INVITE_HOURS * HOUR_MS),
        },
      });
      audit(actor, 'manager.invited', { 'manager-invite': id, bot: scope.botId });
      return token;
    });
  }

  /**
   * Somebody has opened a link: from now on it is theirs alone.
   * @throws AppError `team.inviteDead` also of what was opened by somebody else, `team.own`, `team.known`
   */
  async function openInvite({ telegramUserId }: OwnerActor, token: string): Promise<Invitation> {
    return transact(async (work) => {
      const [found] = await work.db.$queryRaw<{ id: number }[]>`
        SELECT id FROM manager_invites WHERE token_hash = ${hashManagerToken(token)} FOR UPDATE`;
      const invite = found && (await findInvite(work, found.id));
      if (!invite || invite.usedAt || isDead(invite, work.now, telegramUserId)) {
        throw new AppError('team.inviteDead');
      }
      const { id, bot } = invite;
      if (bot.owner.telegramUserId === telegramUserId) throw new AppError('team.own');
      await requireUnknown(work, bot.id, telegramUserId);
      await work.db.managerInvite.update({ where: { id }, data: { openedBy: telegramUserId } });
      return toInvitation(invite);
    });
  }

  /** What somebody has opened last and not answered yet. */
  async function findOpened({ telegramUserId }: OwnerActor): Promise<Invitation | null> {
    const invite = await prisma.managerInvite.findFirst({
      where: {
        openedBy: telegramUserId,
        usedAt: null,
        expiresAt: { gt: clock.now() },
        bot: { removedAt: null },
      },
      orderBy: { id: 'desc' },
      include: WITH_OWNER,
    });
    return invite && toInvitation(invite);
  }

  /** They want to: the owner is asked. @throws AppError `notFound`, `team.inviteDead`, `team.known`, `team.full` */
  async function join(
    actor: OwnerActor,
    inviteId: number,
    name: PersonName,
  ): Promise<{ botUsername: string }> {
    const { telegramUserId } = actor;
    return transact(async (work) => {
      const { db, now, audit } = work;
      await lockTeam(work, inviteId);
      const invite = await findInvite(work, inviteId);
      if (invite?.openedBy !== telegramUserId) throw new AppError('notFound');
      const { bot } = invite;
      if (invite.usedAt) throw new AppError('team.known');
      if (isDead(invite, now, telegramUserId)) throw new AppError('team.inviteDead');
      await requireUnknown(work, bot.id, telegramUserId);
      await requireRoom(work, bot.id);
      await db.managerInvite.update({ where: { id: inviteId }, data: { usedAt: now } });
      const { fullName, username } = name;
      const person = { telegramUserId, fullName, username };
      const { id } = await db.botManager.create({
        data: { botId: bot.id, ...person, role: invite.role, status: 'asked', addedAt: now },
      });
      audit({ ...actor, kind: 'manager' }, 'manager.asked', { manager: id, bot: bot.id });
      tell(work, TEAM_NOTICES.managerAsks, ownerOf(bot), { managerId: id });
      return { botUsername: bot.username };
    });
  }

  /** The owner agrees. @throws AppError `notFound`, `team.decided` */
  async function accept(scope: TenantScope, actor: Actor, managerId: number): Promise<Manager> {
    return change(scope, actor, { managerId, from: 'asked', data: { status: 'active' }, outcome: 'added' });
  }

  /** @throws AppError `notFound`, `team.decided` */
  async function refuse(scope: TenantScope, actor: Actor, managerId: number): Promise<Manager> {
    return change(scope, actor, {
      managerId,
      from: 'asked',
      data: { status: 'removed' },
      outcome: 'refused',
    });
  }

  /** @throws AppError `notFound`, `team.decided` of whoever helps no more */
  async function setRole(
    scope: TenantScope,
    actor: Actor,
    { managerId, role }: { managerId: number; role: ManagerRole },
  ): Promise<Manager> {
    return change(scope, actor, { managerId, from: 'active', data: { role }, outcome: 'role' });
  }

  /** @throws AppError `notFound`, `team.decided` of whoever helps no more */
  async function remove(scope: TenantScope, actor: Actor, managerId: number): Promise<Manager> {
    return change(scope, actor, {
      managerId,
      from: 'active',
      data: { status: 'removed' },
      outcome: 'removed',
    });
  }

  async function change(
    scope: TenantScope,
    actor: Actor,
    {
      managerId,
      from,
      data,
      outcome,
    }: {
      managerId: number;
      from: Manager['status'];
      data: { status: 'active' | 'removed' } | { role: ManagerRole };
      outcome: ManagerOutcome;
    },
  ): Promise<Manager> {
    return transact(async (work) => {
      const { db, now, audit, once, publish } = work;
      await requireOwner(db, scope, actor);
      const ours = { id: managerId, botId: scope.botId };
      if (!(await once(actor.act))) return toManager(await db.botManager.findFirstOrThrow({ where: ours }));
      const isOver = 'status' in data && data.status === 'removed';
      const isSame = 'role' in data ? { role: { not: data.role } } : {};
      const [changed] = await db.botManager.updateManyAndReturn({
        where: { ...ours, status: from, ...isSame },
        data: { ...data, ...(isOver ? { removedAt: now } : {}) },
      });
      if (!changed) return present(await db.botManager.findFirst({ where: ours }), from);
      audit(actor, `manager.${outcome === 'role' ? 'role-set' : outcome}`, {
        manager: managerId,
        bot: scope.botId,
      });
      await tellThem(work, changed, outcome);
      if (from === 'active') publish('managersStopped', { botIds: [scope.botId] });
      return toManager(changed);
    });
  }

  /** Whoever helps stops. @throws AppError `notFound` */
  async function leave(actor: OwnerActor, managerId: number): Promise<{ botUsername: string }> {
    return transact(async (work) => {
      const { db, now, audit, once, publish } = work;
      await once(actor.act);
      const theirs = { id: managerId, telegramUserId: actor.telegramUserId };
      const { count } = await db.botManager.updateMany({
        where: { ...theirs, status: { not: 'removed' } },
        data: { status: 'removed', removedAt: now },
      });
      const row = await db.botManager.findFirst({ where: theirs, include: { bot: true } });
      if (!row) throw new AppError('notFound');
      if (count > 0) {
        audit({ ...actor, kind: 'manager' }, 'manager.left', { manager: managerId, bot: row.botId });
        tell(work, TEAM_NOTICES.managerLeft, ownerOf(row.bot), { managerId });
        publish('managersStopped', { botIds: [row.botId] });
      }
      return { botUsername: row.bot.username };
    });
  }

  return {
    list,
    listHelpers,
    open,
    findOwn,
    invite,
    openInvite,
    findOpened,
    join,
    accept,
    refuse,
    setRole,
    remove,
    leave,
  };
}

const WITH_OWNER = { bot: { include: { owner: true } } } as const;
type Invite = Prisma.ManagerInviteGetPayload<{ include: typeof WITH_OWNER }>;

async function findInvite({ db }: Work, id: number): Promise<Invite | null> {
  return db.managerInvite.findUnique({ where: { id }, include: WITH_OWNER });
}

function toInvitation({ id, role, bot }: Invite): Invitation {
  return { id, role: role as ManagerRole, owner: bot.owner, botUsername: bot.username };
}

/** Of its time, of its bot, or in somebody else's hand. */
function isDead(invite: Invite, now: Date, telegramUserId: bigint): boolean {
  const isTaken = invite.openedBy !== null && invite.openedBy !== telegramUserId;
  return isTaken || invite.expiresAt <= now || invite.bot.removedAt !== null;
}

/** Of one bot people join one after the other: so no limit is passed. It is not removed beside us, and the link goes once. */
async function lockTeam({ db }: Work, inviteId: number): Promise<void> {
  await db.$queryRaw`
    SELECT pg_advisory_xact_lock(hashtext('team'), b.id)::text
      FROM (SELECT b.id FROM user_bots b JOIN manager_invites i ON i.user_bot_id = b.id
             WHERE i.id = ${inviteId} FOR SHARE OF b) b`;
  await db.$queryRaw`SELECT id FROM manager_invites WHERE id = ${inviteId} FOR UPDATE`;
}

async function requireUnknown({ db }: Work, botId: number, telegramUserId: bigint): Promise<void> {
  const known = await db.botManager.count({ where: { botId, telegramUserId, status: { not: 'removed' } } });
  if (known > 0) throw new AppError('team.known');
}

async function requireRoom({ db }: Work, botId: number): Promise<void> {
  const present = await db.botManager.count({ where: { botId, status: { not: 'removed' } } });
  if (present >= MAX_MANAGERS) throw new AppError('team.full', { max: MAX_MANAGERS });
}

/** They stand as whoever pressed wants them to, or it was decided otherwise before. */
function present(row: BotManagerRow | null, wanted: Manager['status']): Manager {
  if (!row) throw new AppError('notFound');
  if (row.status !== wanted || wanted === 'asked') throw new AppError('team.decided');
  return toManager(row);
}

async function tellThem(
  work: Work,
  { id, telegramUserId }: BotManagerRow,
  outcome: ManagerOutcome,
): Promise<void> {
  const person = await work.db.owner.findUnique({ where: { telegramUserId }, select: { id: true } });
  if (!person) return;
  const key = `manager-${outcome}:${id}:${work.now.getTime()}`;
  tell(
    work,
    TEAM_NOTICES.managerDecided,
    ownerOf({ ownerId: person.id }),
    { managerId: id, outcome },
    { key },
  );
}
