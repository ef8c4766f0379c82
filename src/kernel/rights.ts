import { Prisma } from '../infra/prisma-client/client.ts';
import { type Right, rolesWith } from '../shared/team/roles.ts';
import { type Actor, isOwnerOf, requireOwner } from './actor.ts';
import { AppError } from './errors.ts';
import type { TenantScope } from './tenant-scope.ts';
import type { Db } from './unit-of-work.ts';

export {
  MANAGER_ROLES,
  type ManagerRole,
  mayDo,
  type Right,
  rolesWith,
  type TeamRole,
} from '../shared/team/roles.ts';

/** Whoever acts, as they are under the lock. */
interface Acting {
  /** The bot's owner is banned; a manager may then do what the owner may. */
  banned: boolean;
  /** Whoever acts. */
  telegramUserId: bigint;
}

/**
 * Whoever acts may do it now: the owner, or a manager with that right. Locked, so that neither the bot nor the right is taken
 * beside us: the caller takes every other lock after this one.
 * @throws AppError `notFound` for whoever may not, exactly as for nothing
 */
export async function requireMay(
  db: Prisma.TransactionClient,
  scope: TenantScope,
  actor: Actor,
  right: Right,
): Promise<Acting> {
  if (actor.kind !== 'manager') return requireOwner(db, scope, actor);
  const [acting] = await db.$queryRaw<Acting[]>`
    SELECT o.banned, m.telegram_id AS "telegramUserId" ${managing(scope, actor.telegramUserId, right)}
       FOR SHARE OF o, b, m`;
  if (!acting) throw new AppError('notFound');
  return acting;
}

/**
 * The same before something is only looked at. In a seller bot an owner's scope comes from the memory of the registry, which
 * may be older than a removal: so a change asks `requireMay` within its transaction.
 * @throws AppError `notFound` for whoever may not, exactly as for nothing
 */
export async function requireMayRead(db: Db, scope: TenantScope, actor: Actor, right: Right): Promise<void> {
  if (!(await mayRead(db, scope, actor, right))) throw new AppError('notFound');
}

export async function mayRead(db: Db, scope: TenantScope, actor: Actor, right: Right): Promise<boolean> {
  if (actor.kind !== 'manager') return isOwnerOf(scope, actor);
  const rows = await db.$queryRaw<object[]>`SELECT ${managing(scope, actor.telegramUserId, right)}`;
  return rows.length > 0;
}

const managing = ({ botId }: TenantScope, telegramUserId: bigint, right: Right) => Prisma.sql`
  FROM bot_managers m
  JOIN user_bots b ON b.id = m.user_bot_id
  JOIN user_admins o ON o.id = b.user_admin_id
 WHERE m.user_bot_id = ${botId} AND m.telegram_id = ${telegramUserId} AND m.status = 'active'
   AND m.role = ANY(${rolesWith(right)}) AND b.removed_at IS NULL`;
