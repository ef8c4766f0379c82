import { z } from 'zod';
import { sentId } from './contract/shapes.ts';
import { readSent } from './refusals.ts';

/** Where a list goes on, as the page that asks for it carries it: it looks into it never. */
export function writeCursor(place: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * @param shape of the place, as it was written
 * @returns null at the beginning
 * @throws MalformedError of what was never written here
 */
export function readCursor<T>(cursor: string | undefined, shape: z.ZodType<T>): T | null {
  if (cursor === undefined) return null;
  return readSent(z.object({ cursor: z.preprocess(unpack, shape) }), { cursor }).cursor;
}

function unpack(cursor: unknown): unknown {
  try {
    return JSON.parse(Buffer.from(String(cursor), 'base64url').toString());
  } catch {
    // What is no JSON is no place, and told as that.
    return null;
  }
}

/** When something happened that a place is about: no other instant can be asked of the database. */
export const placeAt = z.coerce.date().min(new Date(0)).max(new Date('9999-12-31T00:00:00Z'));

/** The place of a list that is ordered by its ids alone. */
export const placeById = z.tuple([sentId]).transform(([id]) => id);

/** Before which id such a list goes on, as services take it: `0` is its beginning. @throws MalformedError */
export function readBefore(cursor: string | undefined): string {
  return String(readCursor(cursor, placeById) ?? 0);
}

/** @param next of the page that a service gives; null: it was the last */
export function writeNext(next: string | null): string | null {
  return next === null ? null : writeCursor([Number(next)]);
}
