import type { Prisma } from '../infra/prisma-client/client.ts';
import { AppError } from './errors.ts';
import type { TenantScope } from './tenant-scope.ts';

/**
 * Who acts, and as what. Built at the edge from whom Telegram names, never from what they sent. It is what they claim to
 * be: whether they are is asked by the service, when it happens.
 */
export type Actor =
  | OwnerActor
  | ManagerActor
  | ModeratorActor
  | EndUserActor
  | { kind: 'system'; act?: string };

export interface OwnerActor {
  kind: 'owner';
  telegramUserId: bigint;
  /** The press or message by which they act. */
  act?: string | undefined;
}
/** Whoever helps an owner with a bot; how far is asked when it happens, see `rights.ts`. */
interface ManagerActor {
  kind: 'manager';
  telegramUserId: bigint;
  /** The press or message by which they act. */
  act?: string | undefined;
}
/** Whoever acts in a bot for its owner: they themselves, or somebody who helps them. */
export type TeamActor = OwnerActor | ManagerActor;
export interface ModeratorActor {
  kind: 'moderator';
  telegramUserId: bigint;
  /** The press or message by which they act. */
  act?: string | undefined;
}
export interface EndUserActor {
  kind: 'endUser';
  /** `end_users.id`: whether it is one of the bot's that is acted in is asked by whoever locks it. */
  endUserId: number;
  telegramUserId: bigint;
  act?: string | undefined;
}

/** Who acts by a press or message that is sure to have a name: heard again, it is known. */
export type Pressed<A extends Actor> = A & { act: string };

/** Somebody who acts in a chat by Telegram's own means: no service is asked for leave. */
export interface ChatAdmin {
  kind: 'chatAdmin';
  telegramUserId: bigint;
}

/** A provider of payments, by a call that brought the right key: no service is asked for leave. */
export interface ProviderActor {
  kind: 'provider';
  name: string;
}

/** What nobody asked for. */
export const SYSTEM = { kind: 'system' } as const satisfies Actor;

/** Somebody who acts in a bot for its owner: whoever does not own it helps, if they do. */
export function teamActor(
  { ownerTelegramUserId }: TenantScope,
  { telegramUserId, act }: Pick<OwnerActor, 'telegramUserId' | 'act'>,
): TeamActor {
  return { kind: telegramUserId === ownerTelegramUserId ? 'owner' : 'manager', telegramUserId, act };
}

/** Who did something in a chat, as Telegram tells it: the bot's owner, or another of its administrators. */
export function actorInChat(
  { ownerTelegramUserId }: TenantScope,
  telegramUserId: bigint,
): OwnerActor | ChatAdmin {
  return { kind: telegramUserId === ownerTelegramUserId ? 'owner' : 'chatAdmin', telegramUserId };
}

/** Those who run the platform are in its configuration now: whoever was so when a button was made may be no more. */
export function requireModerator(
  actor: Actor,
  moderatorIds: readonly bigint[],
): asserts actor is ModeratorActor {
  if (!isModerator(actor, moderatorIds)) throw new AppError('notFound');
}

export function isModerator(actor: Actor, moderatorIds: readonly bigint[]): actor is ModeratorActor {
  return actor.kind === 'moderator' && moderatorIds.includes(actor.telegramUserId);
}

/**
 * The bot is theirs by its scope: enough to look at what is in it. In a seller bot the scope comes from the memory of the
 * registry, which may be older than a removal; so a change asks `requireOwner` within its transaction.
 * @throws AppError `notFound` for anybody else, exactly as for nothing
 */
export function requireOwnerOf(scope: TenantScope, actor: Actor): asserts actor is OwnerActor {
  if (!isOwnerOf(scope, actor)) throw new AppError('notFound');
}

export function isOwnerOf(scope: TenantScope, actor: Actor): actor is OwnerActor {
  return actor.kind === 'owner' && actor.telegramUserId === scope.ownerTelegramUserId;
}

/**
 * The bot is theirs now. Locked, so that it is not removed and its owner not banned beside us: the caller takes every other
 * lock after this one.
 * @throws AppError `notFound` for anybody else's bot, exactly as for none
 */
export async function requireOwner(
  db: Prisma.TransactionClient,
  scope: TenantScope,
  actor: Actor,
): Promise<{ banned: boolean; telegramUserId: bigint }> {
  const owner = await requireFormerOwner(db, scope, actor);
  if (owner.isBotRemoved) throw new AppError('notFound');
  return owner;
}

/** The same where the bot may be removed since: what its owner owes to people is not. @throws AppError `notFound` */
export async function requireFormerOwner(
  db: Prisma.TransactionClient,
  { botId }: TenantScope,
  actor: Actor,
): Promise<{ banned: boolean; telegramUserId: bigint; isBotRemoved: boolean }> {
  if (actor.kind !== 'owner') throw new AppError('notFound');
  const [owner] = await db.$queryRaw<{ banned: boolean; telegramUserId: bigint; isBotRemoved: boolean }[]>`
    SELECT o.banned, o.telegram_id AS "telegramUserId", b.removed_at IS NOT NULL AS "isBotRemoved"
      FROM user_admins o JOIN user_bots b ON b.user_admin_id = o.id
     WHERE b.id = ${botId} AND o.telegram_id = ${actor.telegramUserId}
       FOR SHARE OF o, b`;
  if (!owner) throw new AppError('notFound');
  return owner;
}
