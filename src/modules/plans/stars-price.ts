import { Prisma } from '../../infra/prisma-client/client.ts';
import { AppError } from '../../kernel/errors.ts';
import { parsePrice, TIYIN } from '../../shared/money.ts';
import type { Plan } from './plan.ts';

/** As many Stars as Telegram takes in one payment. */
const MAX_STARS = 100_000;

/**
 * Reads a price in whole Stars, as its owner typed it.
 * @returns null for 0: it is not sold for Stars
 * @throws AppError `price.stars`
 */
export function readStarsPrice(text: string): number | null {
  const typed = parsePrice(text.replaceAll('⭐', ' ').replaceAll('\u{fe0f}', ''), 0n);
  const isWhole = typeof typed === 'bigint' && typed % TIYIN === 0n;
  const stars = isWhole ? Number(typed / TIYIN) : Number.NaN;
  if (!(stars >= 0 && stars <= MAX_STARS)) throw new AppError('price.stars', { max: MAX_STARS });
  return stars === 0 ? null : stars;
}

/**
 * How many Stars a price in soʻm comes to, rounded up; null where that is no price in Stars.
 * @param price tiyin
 * @param rate of one Star, in tiyin
 */
export function proposeStars(price: bigint, rate: bigint): number | null {
  if (price <= 0n || rate <= 0n) return null;
  const stars = Number((price + rate - 1n) / rate);
  return stars <= MAX_STARS ? stars : null;
}

/** SQL of a plan on sale `p`: its whole Stars, where nothing else is taken for it by then; else null. */
export const starsAlone = (now: Date): Prisma.Sql =>
  Prisma.sql`CASE WHEN coalesce(p.uzs_until, '-infinity') <= ${now} THEN p.stars_price END`;

/** As many as Telegram takes of one person every 30 days. */
const MAX_RENEWED_STARS = 10_000;

/** @throws AppError `price.starsRenewed` for more Stars than Telegram takes again and again */
export function requireRenewable(stars: number): void {
  if (stars > MAX_RENEWED_STARS) throw new AppError('price.starsRenewed', { max: MAX_RENEWED_STARS });
}

/** Telegram knows no other time than 30 days, and one order is for one chat. */
export function canRenewInStars({
  duration,
  channelIds,
  isTrial,
}: Pick<Plan, 'duration' | 'channelIds' | 'isTrial'>): boolean {
  const isMonth =
    (duration.kind === 'months' && duration.months === 1) ||
    (duration.kind === 'days' && duration.days === 30);
  return isMonth && channelIds.length === 1 && !isTrial;
}
