import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import { readable } from '../../shared/text.ts';

/** Live ones of a bot. */
export const MAX_LIVE_SOURCES = 50;
export const MAX_NAME_LENGTH = 32;

/** Where an owner advertises. */
export interface Source {
  id: number;
  name: string;
  /** What its link ends in, after `c_`. */
  slug: string;
  /** Its link leads nobody any more; what it has brought is still counted. */
  isArchived: boolean;
}

export function toSource(row: { id: number; name: string; slug: string; archivedAt: Date | null }): Source {
  const { id, name, slug, archivedAt } = row;
  return { id, name, slug, isArchived: archivedAt !== null };
}

/** @throws AppError `source.noName`, `source.longName` */
export function readSourceName(text: string): string {
  const name = readable(text).replace(/\s+/gu, ' ');
  if (name === '') throw new AppError('source.noName');
  if (Array.from(name).length > MAX_NAME_LENGTH) {
    throw new AppError('source.longName', { max: MAX_NAME_LENGTH });
  }
  return name;
}

/** The link that is advertised. */
export function sourceLink({ botUsername }: Pick<TenantScope, 'botUsername'>, slug: string): string {
  return `https://t.me/${botUsername}?start=c_${slug}`;
}
