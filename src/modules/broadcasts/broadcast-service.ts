import type { Broadcast as BroadcastRow, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor, TeamActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { mayRead, requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { formatTimestamp, formatTypedDate } from '../../shared/calendar.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Page, pageOf, readCursorBack } from '../../shared/page.ts';
import type { ChatName } from '../channels/channel.ts';
import { type ChatPlan, listPlansOfBot } from '../subscriptions/chat-plans.ts';
import { type Broadcast, type BroadcastLimits, type Original, toBroadcast, waitsUntil } from './broadcast.ts';
import { beginSending, cancelBroadcast, insertDraft } from './broadcast-changes.ts';
import { limitsOf, nextStart } from './broadcast-limits.ts';
import { countRecipients, type RecipientCounts, readCounts } from './recipients.ts';
import { readSegment, type Segment } from './segment.ts';

const BROADCASTS_PER_PAGE = 8;
/** As many of the newest sources as may be chosen from. */
const SOURCES_TO_CHOOSE = 20;

export interface CountedBroadcast extends Broadcast {
  counts: RecipientCounts;
}

/** One of them, with what its writer may choose. */
export interface OpenedBroadcast {
  broadcast: CountedBroadcast;
  original: Original;
  /** How many would get it now. */
  people: number;
  /** What the tariff allows. */
  limits: BroadcastLimits;
  /** When the tariff lets it be started; null: now. */
  nextStart: Date | null;
  /** When nothing may be sent at the moment: when it may be again. */
  waitsUntil: Date | null;
  chats: (ChatName & { id: number })[];
  sources: { id: number; name: string }[];
  plans: ChatPlan[];
}

export type BroadcastChoice = Partial<Segment> & { planId?: number | null };

/** What an owner, or a manager for all, sends to many of a bot's people at once. */
export function createBroadcastService({
  prisma,
  transact,
  clock,
  timeZone,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  timeZone: string;
}) {
  async function find(scope: TenantScope, id: number): Promise<BroadcastRow> {
    const row = await prisma.broadcast.findFirst({ where: { id, botId: scope.botId } });
    if (!row) throw new AppError('notFound');
    return row;
  }

  /** Under its lock. Heard again, it changes nothing. */
  async function change(
    scope: TenantScope,
    actor: Actor,
    id: number,
    how: (work: Work, row: BroadcastRow) => Promise<void>,
  ): Promise<void> {
    await transact(async (work) => {
      const { db, once } = work;
      const { botId } = scope;
      await requireMay(db, scope, actor, 'shop');
      // Those of one bot are started one after the other: so the limit holds.
      await db.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('broadcasts'), ${botId}::int)::text`;
      await db.$queryRaw`SELECT id FROM broadcasts WHERE id = ${id} AND user_bot_id = ${botId} FOR UPDATE`;
      const row = await db.broadcast.findFirst({ where: { id, botId } });
      if (!row) throw new AppError('notFound');
      if (await once(actor.act)) await how(work, row);
    });
  }

  const waking = ({ id, botId }: Pick<BroadcastRow, 'id' | 'botId'>) =>
    ({ kind: 'start-broadcast', botId, payload: { broadcastId: id } }) as const;

  return {
    /** Whether they may write one. */
    mayWrite: (scope: TenantScope, actor: Actor): Promise<boolean> => mayRead(prisma, scope, actor, 'shop'),

    /** The newest first. @param before `0`, or the `next` of the page before */
    async list(
      scope: TenantScope,
      actor: Actor,
      before: string,
      size = BROADCASTS_PER_PAGE,
    ): Promise<Page<CountedBroadcast>> {
      await requireMayRead(prisma, scope, actor, 'shop');
      const rows = await prisma.broadcast.findMany({
        where: { botId: scope.botId, id: { lt: readCursorBack(before) } },
        orderBy: { id: 'desc' },
        take: size + 1,
      });
      const counts = await readCounts(prisma, rows);
      return pageOf(rows, size, (row) => counted(row, counts));
    },

    /** @throws AppError `notFound` */
    async open(scope: TenantScope, actor: Actor, id: number): Promise<OpenedBroadcast> {
      await requireMayRead(prisma, scope, actor, 'shop');
      const row = await find(scope, id);
      const now = clock.now();
      const { botId } = scope;
      const limits = await limitsOf(prisma, scope, now);
      const segment = readSegment(row.segment);
      const isDraft = row.status === 'draft';
      const [counts, people, next, chats, sources, plans] = await Promise.all([
        readCounts(prisma, [row]),
        isDraft ? countRecipients(prisma, scope, { segment, most: limits.people }, now) : row.total,
        nextStart(prisma, scope, limits, now),
        prisma.channel.findMany({
          where: { botId, disconnectedAt: null },
          orderBy: { id: 'asc' },
          select: { id: true, title: true, type: true },
        }),
        prisma.source.findMany({
          where: { botId, OR: [{ archivedAt: null }, { id: segment.source ?? 0 }] },
          orderBy: { id: 'desc' },
          take: SOURCES_TO_CHOOSE,
          select: { id: true, name: true },
        }),
        listPlansOfBot(prisma, { botId }, now),
      ]);
      return {
        broadcast: counted(row, counts),
        original: row,
        people,
        limits,
        nextStart: next,
        waitsUntil: waitsUntil(now, timeZone),
        chats: chats.map(({ id: channelId, title, type }) => ({
          id: channelId,
          channelId,
          title,
          type: type as ChatName['type'],
        })),
        sources,
        plans,
      };
    },

    /** A message of whoever writes it becomes a draft for everybody. @returns its id; null where the message is heard again */
    async add(
      scope: TenantScope,
      actor: TeamActor,
      { messageId }: Pick<Original, 'messageId'>,
    ): Promise<number | null> {
      return transact(async (work) => {
        await requireMay(work.db, scope, actor, 'shop');
        if (!(await work.once(actor.act))) return null;
        return insertDraft(work, scope, { fromChatId: actor.telegramUserId, messageId, press: null });
      });
    },

    /** Who is to get it, and the plan under it. @throws AppError `notFound`, `cast.started` */
    async choose(scope: TenantScope, actor: Actor, id: number, choice: BroadcastChoice): Promise<void> {
      await change(scope, actor, id, async ({ db, now }, row) => {
        if (row.status !== 'draft') throw new AppError('cast.started');
        const { planId = row.planId, ...more } = choice;
        const { botId } = scope;
        const isKnown = await Promise.all([
          !choice.planId || listPlansOfBot(db, { botId, planId: choice.planId }, now).then(isAny),
          !more.chat || db.channel.count({ where: { id: more.chat, botId } }),
          !more.source || db.source.count({ where: { id: more.source, botId } }),
        ]);
        if (!isKnown.every(Boolean)) throw new AppError('notFound');
        const segment = { ...readSegment(row.segment), ...more };
        await db.broadcast.update({ where: { id }, data: { planId, segment } });
      });
    },

    /**
     * It goes out from now on; at night, from the morning on.
     * @throws AppError `notFound`, `cast.started`, `botChangedHands`, `cast.tokenDead`, `cast.nobody`, `cast.tooOften`
     */
    async start(scope: TenantScope, actor: Actor, id: number): Promise<void> {
      await change(scope, actor, id, async (work, row) => {
        const { db, now, audit, enqueue } = work;
        if (row.status !== 'draft') throw new AppError('cast.started');
        await requireSends(db, row);
        const limits = await limitsOf(db, scope, now);
        const next = await nextStart(db, scope, limits, now);
        if (next) throw tooOften(limits.starts, next, timeZone);
        const segment = readSegment(row.segment);
        if ((await countRecipients(db, scope, { segment, most: 1 }, now)) === 0)
          throw new AppError('cast.nobody');
        const startsAt = waitsUntil(now, timeZone) ?? now;
        await db.broadcast.update({ where: { id }, data: { startsAt, status: 'scheduled' } });
        if (startsAt <= now) await beginSending(work, scope, row);
        enqueue({ ...waking(row), dueAt: startsAt });
        audit(actor, 'broadcast.started', { broadcast: id, bot: scope.botId });
      });
    },

    /** Nobody more gets it until it goes on. @throws AppError `notFound`, `cast.notSending` */
    async pause(scope: TenantScope, actor: Actor, id: number): Promise<void> {
      await change(scope, actor, id, async ({ db, now, audit }, row) => {
        if (row.status === 'paused') return;
        if (row.status !== 'sending') throw new AppError('cast.notSending');
        const data = { status: 'paused', pauseReason: 'asked', pausedAt: now };
        await db.broadcast.update({ where: { id }, data });
        audit(actor, 'broadcast.paused', { broadcast: id, bot: scope.botId });
      });
    },

    /** @throws AppError `notFound`, `cast.notPaused`, `botChangedHands`, `cast.tokenDead` */
    async resume(scope: TenantScope, actor: Actor, id: number): Promise<void> {
      await change(scope, actor, id, async ({ db, audit, enqueue }, row) => {
        if (row.status === 'sending') return;
        if (row.status !== 'paused') throw new AppError('cast.notPaused');
        await requireSends(db, row);
        const blocksAccepted = row.blocksAccepted || row.pauseReason === 'blocked';
        const data = { status: 'sending', pauseReason: null, pausedAt: null, blocksAccepted };
        await db.broadcast.update({ where: { id }, data });
        enqueue(waking(row));
        audit(actor, 'broadcast.resumed', { broadcast: id, bot: scope.botId });
      });
    },

    /** Nobody more gets it. A draft is forgotten. @throws AppError `notFound`, `cast.over` */
    async cancel(scope: TenantScope, actor: Actor, id: number): Promise<void> {
      await change(scope, actor, id, async (work, row) => {
        if (row.status === 'cancelled') return;
        if (row.status === 'done') throw new AppError('cast.over');
        if (row.status === 'draft') await work.db.broadcast.delete({ where: { id } });
        else await cancelBroadcast(work, row, actor);
      });
    },

    /** Where its progress is shown from now on. @param messageId in the chat of whoever acts */
    async showIn(scope: TenantScope, actor: TeamActor, id: number, messageId: number): Promise<void> {
      await requireMayRead(prisma, scope, actor, 'shop');
      const data = { shownMessageId: messageId, shownTo: actor.telegramUserId };
      await prisma.broadcast.updateMany({ where: { id, botId: scope.botId }, data });
    },
  };
}

/** Nobody starts what could not go out, and nobody writes to the people of a bot that is somebody else's by now. */
async function requireSends(db: Work['db'], { botId }: Pick<BroadcastRow, 'botId'>): Promise<void> {
  const bot = await db.sellerBot.findUniqueOrThrow({ where: { id: botId } });
  if (bot.handedOverAt) throw new AppError('botChangedHands');
  if (bot.tokenDeadAt) throw new AppError('cast.tokenDead');
}

const isAny = ({ length }: readonly unknown[]): boolean => length > 0;

function counted(row: BroadcastRow, counts: ReadonlyMap<number, RecipientCounts>): CountedBroadcast {
  const found = counts.get(row.id);
  if (!found) throw new TypeError('A broadcast that was not counted');
  return { ...toBroadcast(row), counts: found };
}

function tooOften(max: number, next: Date, timeZone: string): AppError {
  const [day = '', time = ''] = formatTimestamp(next, timeZone).split(' ');
  return new AppError('cast.tooOften', { max, when: `${formatTypedDate(day)} ${time}` });
}
