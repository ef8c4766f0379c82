import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { type Actor, requireModerator } from '../../../kernel/actor.ts';
import { readBounded } from '../../../kernel/bounded-read.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import { MAX_SERIAL } from '../../../shared/digits.ts';
import type { TrailActor } from '../../trail/trail-queries.ts';
import { type OwnerFilter, type OwnerRecord, readOwner, readOwners } from './owner-list.ts';
import { findWatchedIds, readWatched, type WatchedRecord, type WatchFilter } from './payment-list.ts';
import { readTrail, readTrailActors, type TrailFilter, type TrailRecord } from './trail-list.ts';

/** A part of a list that goes on before an id. */
interface Part<T, Id> {
  items: T[];
  next: Id | null;
}

interface Place<Id> {
  before: Id | null;
  limit: number;
}

/** The platform as moderators look at it: lists with filters. To anybody else nothing of it exists. */
export function createPlatformDeskService(deps: {
  prisma: PrismaClient;
  clock: Clock;
  timeZone: string;
  moderatorIds: readonly bigint[];
}) {
  const { prisma, clock, timeZone, moderatorIds } = deps;

  /** The newest first. @throws AppError `tooBroad` */
  async function listOwners(
    actor: Actor,
    filter: OwnerFilter,
    { before, limit }: Place<number>,
  ): Promise<Part<OwnerRecord, number>> {
    requireModerator(actor, moderatorIds);
    const now = clock.now();
    const rows = await readBounded(prisma, (db) => readOwners(db, filter, { before, limit, now }));
    return partOf(rows, limit);
  }

  /** @throws AppError `notFound` */
  async function openOwner(actor: Actor, ownerId: number): Promise<OwnerRecord> {
    requireModerator(actor, moderatorIds);
    const owner = await readOwner(prisma, ownerId, clock.now());
    if (!owner) throw new AppError('notFound');
    return owner;
  }

  /** The newest first, without tests: those are seen by the owner alone. @throws AppError `tooBroad` */
  async function listPayments(
    actor: Actor,
    filter: WatchFilter,
    { before, limit }: Place<number>,
  ): Promise<Part<WatchedRecord, number>> {
    requireModerator(actor, moderatorIds);
    const place = { before: before ?? MAX_SERIAL, limit, timeZone };
    const ids = await readBounded(prisma, (db) => findWatchedIds(db, filter, place));
    const shown = ids.slice(0, limit);
    const next = ids.length > limit ? (shown.at(-1) ?? null) : null;
    return { items: await readWatched(prisma, shown), next };
  }

  /** The newest first. @throws AppError `tooBroad` */
  async function listTrail(
    actor: Actor,
    filter: TrailFilter,
    { before, limit }: Place<bigint>,
  ): Promise<Part<TrailRecord, bigint>> {
    requireModerator(actor, moderatorIds);
    const rows = await readBounded(prisma, (db) => readTrail(db, filter, { before, limit, timeZone }));
    return partOf(rows, limit);
  }

  /** Who acted last. @throws AppError `tooBroad` */
  async function listTrailActors(actor: Actor): Promise<TrailActor[]> {
    requireModerator(actor, moderatorIds);
    return readBounded(prisma, readTrailActors);
  }

  return { listOwners, openOwner, listPayments, listTrail, listTrailActors };
}

/** @param rows one more than `limit`, where there is more */
function partOf<Id, Row extends { id: Id }>(rows: readonly Row[], limit: number): Part<Row, Id> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
