import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import { isForgotten, type TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork } from '../../kernel/unit-of-work.ts';
import { type Page, pageOf, readCursorBack } from '../../shared/page.ts';
import { type FreeMember, MAX_NOTE_LENGTH, readTyped, toFreeMember } from './free-member.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** Somebody is on a free list no more: `channelId` null is that of every chat. */
    takenOffFreeList: { botId: number; channelId: number | null; telegramUserId: bigint };
  }
}

const MEMBERS_PER_PAGE = 10;

/** Somebody to be added, as far as they are known. */
export interface Named {
  telegramUserId: bigint;
  /** Empty: nobody knows how they are called. */
  name: string;
}

/** What became of those who were to be added. */
export interface Added {
  /** Who is on the list now; some of them may have been before. */
  people: Named[];
  /** How many were not. */
  fresh: number;
}

/** People whom nobody removes from a chat, or from any of a bot's: `channelId` null. */
export function createFreeListService({ prisma, transact }: { prisma: PrismaClient; transact: UnitOfWork }) {
  /**
   * Those of a chat, who may be in all of them, the newest first. @param before `0`, or the `next` of the page before
   * @throws AppError `notFound` for another bot's chat
   */
  async function list(
    scope: TenantScope,
    actor: Actor,
    channelId: number,
    before: string,
  ): Promise<Page<FreeMember> & { title: string }> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const { botId } = scope;
    const { title } = await requireChat(prisma, scope, channelId);
    const rows = await prisma.freeMember.findMany({
      where: { botId, OR: [{ channelId }, { channelId: null }], id: { lt: readCursorBack(before) } },
      orderBy: { id: 'desc' },
      take: MEMBERS_PER_PAGE + 1,
    });
    const people = await prisma.endUser.findMany({
      where: { botId, telegramUserId: { in: rows.map(({ telegramUserId }) => telegramUserId) } },
      select: { fullName: true, username: true, telegramUserId: true },
    });
    const known = new Map(people.map((person) => [person.telegramUserId, person]));
    const page = pageOf(rows, MEMBERS_PER_PAGE, (row) =>
      toFreeMember(row, known.get(row.telegramUserId) ?? null),
    );
    return { ...page, title };
  }

  /** @throws AppError `notFound` */
  async function open(scope: TenantScope, actor: Actor, id: number): Promise<FreeMember> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const row = await prisma.freeMember.findFirst({ where: { id, botId: scope.botId } });
    if (!row) throw new AppError('notFound');
    const { telegramUserId } = row;
    const where = { telegramUserId_botId: { telegramUserId, botId: scope.botId } };
    return toFreeMember(row, await prisma.endUser.findUnique({ where }));
  }

  /** Whoever is on the list already stays as they are. @throws AppError `notFound` for another bot's chat */
  async function add(
    scope: TenantScope,
    actor: Actor,
    { channelId, people, note = null }: { channelId: number | null; people: Named[]; note?: string | null },
  ): Promise<Added> {
    return transact(async ({ db, now, audit }) => {
      const { telegramUserId: addedBy } = await requireMay(db, scope, actor, 'shop');
      const { botId } = scope;
      if (channelId !== null) await requireChat(db, scope, channelId);
      const added = await db.freeMember.createManyAndReturn({
        data: people.map((one) => ({ ...one, botId, channelId, note, addedBy, addedAt: now })),
        skipDuplicates: true,
      });
      for (const { id } of added) audit(actor, 'free-member.added', { 'free-member': id, bot: botId });
      return { people, fresh: added.length };
    });
  }

  return {
    list,
    open,
    add,

    /**
     * @param text an id, or the @username of somebody whom the bot knows; then, if they like, a note
     * @throws AppError `free.unreadable`, `free.unknown`, `free.longNote`, `notFound`
     */
    async addTyped(
      scope: TenantScope,
      actor: Actor,
      { channelId, text }: { channelId: number | null; text: string },
    ): Promise<Added> {
      await requireMayRead(prisma, scope, actor, 'shop');
      const typed = readTyped(text);
      if (!typed) throw new AppError('free.unreadable');
      const { who, note } = typed;
      if (note !== null && note.length > MAX_NOTE_LENGTH) {
        throw new AppError('free.longNote', { max: MAX_NOTE_LENGTH });
      }
      const { botId } = scope;
      const byName = 'username' in who && {
        username: { equals: who.username, mode: 'insensitive' as const },
      };
      const known = await prisma.endUser.findFirst({
        where: { botId, ...(byName || who) },
        orderBy: { id: 'desc' },
      });
      const isKnown = known !== null && !isForgotten(known);
      if ('username' in who && !isKnown) throw new AppError('free.unknown', { username: who.username });
      const person = isKnown
        ? { telegramUserId: known.telegramUserId, name: known.fullName }
        : { ...(who as { telegramUserId: bigint }), name: '' };
      return add(scope, actor, { channelId, people: [person], note });
    },

    /**
     * They are removed like anybody else from now on: at once where their time is up.
     * @returns of which chat's list they were; null: of every chat's. @throws AppError `notFound`
     */
    async remove(scope: TenantScope, actor: Actor, id: number): Promise<number | null> {
      return transact(async ({ db, audit, once, publish }) => {
        await requireMay(db, scope, actor, 'shop');
        if (!(await once(actor.act))) return null;
        const { botId } = scope;
        const row = await db.freeMember.findFirst({ where: { id, botId } });
        if (!row) throw new AppError('notFound');
        await db.freeMember.deleteMany({ where: { id } });
        const { channelId, telegramUserId } = row;
        publish('takenOffFreeList', { botId, channelId, telegramUserId });
        audit(actor, 'free-member.removed', { 'free-member': id, bot: botId });
        return channelId;
      });
    },
  };
}

async function requireChat(db: Db, { botId }: TenantScope, id: number): Promise<{ title: string }> {
  const channel = await db.channel.findFirst({ where: { id, botId }, select: { title: true } });
  if (!channel) throw new AppError('notFound');
  return channel;
}
