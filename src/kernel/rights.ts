import { Prisma } from '../infra/prisma-client/client.ts';
import { type Actor, isOwnerOf, requireOwner } from './actor.ts';
import { AppError } from './errors.ts';
import type { TenantScope } from './tenant-scope.ts';
import type { Db } from './unit-of-work.ts';

export const MANAGER_ROLES = ['receipts', 'support', 'all'] as const;
/** What a manager helps with: with receipts, with people, or with all that is not the owner's alone. */
export type ManagerRole = (typeof MANAGER_ROLES)[number];
/** What somebody is in a bot that is theirs, or that they help with. */
export type TeamRole = 'owner' | ManagerRole;

/** Who else may do what an owner may. What stands nowhere here is the owner's alone. */
const ALLOWED = {
  /** Sees the bot and what waits there. */
  look: ['receipts', 'support', 'all'],
  /** Gets, approves and rejects receipts. */
  receipts: ['receipts', 'all'],
  /** Answers support, sees people, sends a link again. */
  people: ['support', 'all'],
  /** Sells: plans, prices, codes, texts, statistics; gives access and takes it back. */
  shop: ['all'],
} as const satisfies Record<string, readonly ManagerRole[]>;

export type Right = keyof typeof ALLOWED;

export function mayDo(role: TeamRole, right: Right): boolean {
  return role === 'owner' || rolesWith(right).includes(role);
}

/** The managers who may. */
export function rolesWith(right: Right): readonly ManagerRole[] {
  return ALLOWED[right];
}

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
