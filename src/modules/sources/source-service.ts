import type { PrismaClient, Source as SourceRow } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { parsePrice, toDecimalString } from '../../shared/money.ts';
import { type Page, pageOf, readCursorBack } from '../../shared/page.ts';
import { type OpenedSource, readFunnel } from './funnel.ts';
import { makeSlug } from './slug.ts';
import { MAX_LIVE_SOURCES, readSourceName, type Source, toSource } from './source.ts';

const SOURCES_PER_PAGE = 10;

/** Where an owner advertises: each source has a link of its own, and the owner sees what came of it. */
export function createSourceService({ prisma, transact }: { prisma: PrismaClient; transact: UnitOfWork }) {
  /** The newest first, archived ones too. @param before `0`, or the `next` of the page before */
  async function list(
    scope: TenantScope,
    actor: Actor,
    before: string,
    size = SOURCES_PER_PAGE,
  ): Promise<Page<Source>> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const rows = await prisma.source.findMany({
      where: { botId: scope.botId, id: { lt: readCursorBack(before) } },
      orderBy: { id: 'desc' },
      take: size + 1,
    });
    return pageOf(rows, size, toSource);
  }

  /** A source and how far its people have come, in one round trip. @throws AppError `notFound` */
  async function open(scope: TenantScope, actor: Actor, id: number): Promise<OpenedSource> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const opened = await readFunnel(prisma, scope, id);
    if (!opened) throw new AppError('notFound');
    return opened;
  }

  /** Before an owner is asked for one. @throws AppError `source.tooMany` */
  async function requireMayAdd(scope: TenantScope, actor: Actor): Promise<void> {
    await requireMayRead(prisma, scope, actor, 'shop');
    await requireRoom(prisma, scope);
  }

  /**
   * @returns the id of the new one; null where the message is heard again
   * @throws AppError `source.noName`, `source.longName`, `source.tooMany`
   */
  async function add(scope: TenantScope, actor: Actor, text: string): Promise<number | null> {
    return transact(async ({ db, now, audit, once }) => {
      await requireMay(db, scope, actor, 'shop');
      const name = readSourceName(text);
      // Sources of one bot are made one after the other: so the limit holds, and no two want the same slug.
      await db.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('sources'), ${scope.botId}::int)::text`;
      if (!(await once(actor.act))) return null;
      await requireRoom(db, scope);
      const { botId } = scope;
      const known = await db.source.findMany({ where: { botId }, select: { slug: true } });
      const slug = makeSlug(name, new Set(known.map((one) => one.slug)));
      const { id } = await db.source.create({ data: { botId, name, slug, createdAt: now } });
      audit(actor, 'source.added', { source: id, bot: botId });
      return id;
    });
  }

  return {
    list,
    open,
    requireMayAdd,
    add,

    /**
     * Gives whoever comes by its link a promo code of the same bot; `promoCodeId` null: none.
     * @throws AppError `notFound`, `source.archived`
     */
    async setPromoCode(
      scope: TenantScope,
      actor: Actor,
      { id, promoCodeId }: { id: number; promoCodeId: number | null },
    ): Promise<void> {
      await change(scope, actor, id, async ({ db, audit }, source) => {
        if (source.archivedAt) throw new AppError('source.archived');
        if (promoCodeId !== null) await requireOwnCode(db, scope, promoCodeId);
        await db.source.update({ where: { id }, data: { promoCodeId } });
        audit(actor, 'source.changed', { source: id, bot: scope.botId });
      });
    },

    /** @param text soʻm; `-`: not said. @throws AppError `notFound`, `price.*` */
    async setCost(
      scope: TenantScope,
      actor: Actor,
      { id, text }: { id: number; text: string },
    ): Promise<void> {
      await change(scope, actor, id, async ({ db, audit }) => {
        await db.source.update({ where: { id }, data: { cost: readCost(text) } });
        audit(actor, 'source.changed', { source: id, bot: scope.botId });
      });
    },

    /** Its link leads nobody from now on. What was chosen by it keeps it. @throws AppError `notFound` */
    async archive(scope: TenantScope, actor: Actor, id: number): Promise<void> {
      await change(scope, actor, id, async ({ db, now, audit }, source) => {
        if (source.archivedAt) return;
        await db.source.update({ where: { id }, data: { archivedAt: now } });
        audit(actor, 'source.archived', { source: id, bot: scope.botId });
      });
    },
  };

  /** Under the source's lock. Heard again, it changes nothing. */
  async function change(
    scope: TenantScope,
    actor: Actor,
    id: number,
    how: (work: Work, source: SourceRow) => Promise<void>,
  ): Promise<void> {
    await transact(async (work) => {
      const { db, once } = work;
      const { botId } = scope;
      await requireMay(db, scope, actor, 'shop');
      await db.$queryRaw`SELECT id FROM sources WHERE id = ${id} AND user_bot_id = ${botId} FOR UPDATE`;
      const source = await db.source.findFirst({ where: { id, botId } });
      if (!source) throw new AppError('notFound');
      if (await once(actor.act)) await how(work, source);
    });
  }
}

async function requireRoom(db: Db, { botId }: TenantScope): Promise<void> {
  const live = await db.source.count({ where: { botId, archivedAt: null } });
  if (live >= MAX_LIVE_SOURCES) throw new AppError('source.tooMany', { max: MAX_LIVE_SOURCES });
}

/** Not somebody's personal one: whoever comes by the link could not use it. */
async function requireOwnCode(db: Db, { botId }: TenantScope, promoCodeId: number): Promise<void> {
  const where = { id: promoCodeId, botId, endUserId: null, removedAt: null };
  if ((await db.promoCode.count({ where })) === 0) throw new AppError('notFound');
}

function readCost(text: string): string | null {
  if (text.trim() === '-') return null;
  const cost = parsePrice(text);
  if (typeof cost === 'string') throw new AppError(`price.${cost}`);
  return toDecimalString(cost);
}
