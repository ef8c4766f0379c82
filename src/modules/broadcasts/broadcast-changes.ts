import type { Broadcast as BroadcastRow } from '../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../kernel/actor.ts';
import type { AuditActor } from '../../kernel/audit.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { moderator } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { LARGE, type Original } from './broadcast.ts';
import { limitsOf } from './broadcast-limits.ts';
import { BROADCAST_NOTICES, hearersOf } from './broadcast-notices.ts';
import type { PauseReason } from './broadcast-status.ts';
import { fixRecipients } from './recipients.ts';
import { EVERYBODY, readSegment } from './segment.ts';

/** A broadcast under its lock, with the bot that it belongs to; null where there is none. */
export async function lockBroadcast({ db }: Pick<Work, 'db'>, id: number) {
  await db.$queryRaw`SELECT id FROM broadcasts WHERE id = ${id} FOR UPDATE`;
  return db.broadcast.findUnique({ where: { id }, include: { bot: { include: { owner: true } } } });
}

export type LockedBroadcast = NonNullable<Awaited<ReturnType<typeof lockBroadcast>>>;

/**
 * A message that its writer sees in their chat with the bot becomes a draft for everybody.
 * @param press by which it may be asked for again; null: it never is
 */
export async function insertDraft(
  { db, now }: Pick<Work, 'db' | 'now'>,
  { botId }: Pick<TenantScope, 'botId'>,
  { fromChatId, messageId, press }: Original & { press: string | null },
): Promise<number> {
  const original = { createdBy: fromChatId, fromChatId, messageId };
  const data = { botId, ...original, press, segment: EVERYBODY, status: 'draft', createdAt: now };
  return (await db.broadcast.create({ data })).id;
}

/** Its recipients are fixed, and it goes out from now on. The caller holds its lock. */
export async function beginSending(
  { db, now }: Pick<Work, 'db' | 'now'>,
  scope: TenantScope,
  row: BroadcastRow,
): Promise<void> {
  const { people: most } = await limitsOf(db, scope, now);
  const { id } = row;
  const total = await fixRecipients(db, scope, { id, segment: readSegment(row.segment), most }, now);
  await db.broadcast.update({ where: { id }, data: { status: 'sending', startedAt: now, total } });
}

/** It stops by itself, and whoever it belongs to hears why. The caller holds its lock. */
export async function pauseByItself(work: Work, row: LockedBroadcast, reason: PauseReason): Promise<void> {
  const { id, botId } = row;
  const data = { status: 'paused', pauseReason: reason, pausedAt: work.now };
  await work.db.broadcast.update({ where: { id }, data });
  for (const to of await hearersOf(work.db, row)) {
    tell(work, BROADCAST_NOTICES.broadcastPaused, to, { broadcastId: id, reason });
  }
  work.audit(SYSTEM, 'broadcast.paused', { broadcast: id, bot: botId });
}

/** Nobody gets it any more. The caller holds its lock. */
export async function cancelBroadcast(
  { db, now, audit }: Pick<Work, 'db' | 'now' | 'audit'>,
  { id, botId }: Pick<BroadcastRow, 'id' | 'botId'>,
  actor: AuditActor,
): Promise<void> {
  await db.broadcast.update({ where: { id }, data: { status: 'cancelled', finishedAt: now } });
  audit(actor, 'broadcast.cancelled', { broadcast: id, bot: botId });
}

/** The same, where somebody has to hear of it who did not do it. */
export async function cancelForThem(work: Work, row: LockedBroadcast, actor: AuditActor): Promise<void> {
  await cancelBroadcast(work, row, actor);
  for (const to of await hearersOf(work.db, row)) {
    tell(work, BROADCAST_NOTICES.broadcastEnded, to, { broadcastId: row.id });
  }
}

/** Everybody had their turn. The caller holds its lock. */
export async function finishBroadcast(
  work: Work,
  row: LockedBroadcast,
  moderatorIds: readonly bigint[],
): Promise<void> {
  const { id, total } = row;
  await work.db.broadcast.update({ where: { id }, data: { status: 'done', finishedAt: work.now } });
  const notice = BROADCAST_NOTICES.broadcastDone;
  for (const to of await hearersOf(work.db, row)) tell(work, notice, to, { broadcastId: id });
  if (total <= LARGE) return;
  for (const one of moderatorIds) tell(work, notice, moderator(one), { broadcastId: id });
}

/**
 * Whatever they wrote goes to nobody any more, whichever bot it was for; and nothing of these bots goes out. What was sent
 * stays counted, written by nobody.
 * @param stranger who stands for them from now on
 */
export async function forgetBroadcastsOf(
  { db, now }: Pick<Work, 'db' | 'now'>,
  { botIds, known, stranger }: { botIds: number[]; known: bigint; stranger: bigint },
): Promise<void> {
  const theirs = { OR: [{ createdBy: known }, { botId: { in: botIds } }] };
  await db.broadcast.deleteMany({ where: { ...theirs, status: 'draft' } });
  await db.broadcast.updateMany({
    where: { ...theirs, status: { in: ['scheduled', 'sending', 'paused'] } },
    data: { status: 'cancelled', finishedAt: now },
  });
  await db.broadcast.updateMany({
    where: theirs,
    data: { createdBy: stranger, fromChatId: stranger },
  });
  await db.broadcast.updateMany({ where: { shownTo: known }, data: { shownTo: null, shownMessageId: null } });
}
