import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireOwnerOf } from '../../kernel/actor.ts';
import { readBounded } from '../../kernel/bounded-read.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import {
  listActors,
  listTrail,
  type TrailActor,
  type TrailFilter,
  type TrailPlace,
  type TrailRow,
} from './trail-queries.ts';

/** One line of a bot's trail. */
export type TrailLine = TrailRow;

/** Who did what on a bot, for its owner. */
export function createTrailService({ prisma, timeZone }: { prisma: PrismaClient; timeZone: string }) {
  return {
    /** The newest first, of this bot alone. @throws AppError `tooBroad` */
    async list(
      scope: TenantScope,
      actor: Actor,
      filter: TrailFilter,
      { before, limit }: { before: TrailPlace | null; limit: number },
    ): Promise<{ items: TrailLine[]; next: TrailPlace | null }> {
      requireOwnerOf(scope, actor);
      const { botId } = scope;
      const asked = { botId, filter, before, take: limit + 1, timeZone };
      const rows = await readBounded(prisma, (db) => listTrail(db, asked));
      const items = rows.slice(0, limit);
      return { items, next: rows.length > limit ? (items.at(-1) ?? null) : null };
    },

    /** Who acted on this bot, the latest first. @throws AppError `tooBroad` */
    async listActors(scope: TenantScope, actor: Actor): Promise<TrailActor[]> {
      requireOwnerOf(scope, actor);
      return readBounded(prisma, (db) => listActors(db, scope.botId));
    },
  };
}
