import { Prisma } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { type Right, rolesWith } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { ownerOf, type Recipient } from '../notifications/address.ts';
import { type Manager, toManager } from './manager.ts';

/** The managers of a bot who may do something now, the first one first. */
export async function listManagers(
  db: { readonly botManager: Pick<Db['botManager'], 'findMany'> },
  botId: number,
  right: Right,
): Promise<Manager[]> {
  const rows = await db.botManager.findMany({
    where: { botId, status: 'active', role: { in: [...rolesWith(right)] } },
    orderBy: { id: 'asc' },
  });
  return rows.map(toManager);
}

/** Those who help with a bot go on doing so until this transaction has ended. */
export async function lockManagers(db: Pick<Db, '$queryRaw'>, botId: number): Promise<void> {
  await db.$queryRaw`
    SELECT id FROM bot_managers WHERE user_bot_id = ${botId} AND status = 'active' ORDER BY id FOR SHARE`;
}

/** Which manager acts; undefined: the owner, or nobody who helps. */
export async function findManagerId(
  db: Pick<Db, 'botManager'>,
  { botId }: TenantScope,
  actor: Actor,
): Promise<number | undefined> {
  if (actor.kind !== 'manager') return undefined;
  const { telegramUserId } = actor;
  const row = await db.botManager.findFirst({ where: { botId, telegramUserId, status: 'active' } });
  return row?.id;
}

/** Telegram ids of those who help with a bot: they are none of its customers. @param botId SQL of a `user_bots.id` */
export const managersOf = (botId: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT helper.telegram_id FROM bot_managers helper WHERE helper.user_bot_id = ${botId} AND helper.status = 'active'`;

/** Who hears in the main bot of what a bot's owner and these managers have to do with. */
export async function listHearers(
  db: Pick<Db, 'botManager' | 'owner'>,
  { botId, ownerId }: Pick<TenantScope, 'botId' | 'ownerId'>,
  right: Right,
): Promise<(Recipient & { kind: 'owner' })[]> {
  const ids = (await listManagers(db, botId, right)).map(({ telegramUserId }) => telegramUserId);
  const managers = await db.owner.findMany({ where: { telegramUserId: { in: ids } }, select: { id: true } });
  return [{ ownerId }, ...managers.map(({ id }) => ({ ownerId: id }))].map(ownerOf);
}
