import { MAX_SERIAL } from './digits.ts';

/** A part of a list, and the opaque cursor of the part after it; null at the end. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** @param rows one more than `size`, where there is more: asked for so that the page knows */
export function pageOf<Row extends { id: number | bigint }, T>(
  rows: readonly Row[],
  size: number,
  toItem: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, size);
  return { items: shown.map(toItem), next: rows.length > size ? String(shown.at(-1)?.id) : null };
}

/** What a search found first, and whether there is more: then a longer word finds less. */
export interface Found<T> {
  items: T[];
  hasMore: boolean;
}

/** @param rows one more than `size`, where there is more */
export function foundOf<Row, T>(rows: readonly Row[], size: number, toItem: (row: Row) => T): Found<T> {
  return { items: rows.slice(0, size).map(toItem), hasMore: rows.length > size };
}

/** The id before which a page of the newest begins; the beginning is before any id that there is. */
export function readCursorBack(cursor: string): number {
  return readCursor(cursor) || MAX_SERIAL;
}

/** The id after which a page begins; a cursor that cannot be ours is the beginning. */
export function readCursor(cursor: string): number {
  const id = /^\d{1,10}$/.test(cursor) ? Number(cursor) : 0;
  return id <= MAX_SERIAL ? id : 0;
}

/** The same where ids are `bigint`. */
export function readBigCursor(cursor: string): bigint {
  return /^\d{1,18}$/.test(cursor) ? BigInt(cursor) : 0n;
}
