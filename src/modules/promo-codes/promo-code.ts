import type { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import { fromDecimal } from '../../shared/money.ts';

/** What a code gives: a share or a sum off the price, or days on top of what is bought. */
export const PROMO_KINDS = ['percent', 'fixed', 'days'] as const;
export type PromoKind = (typeof PROMO_KINDS)[number];

export const AUDIENCES = ['all', 'new', 'ended'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What an owner sets of a code by a text; `-` takes a limit away. */
export const PROMO_FIELDS = [...PROMO_KINDS, 'uses', 'each', 'from', 'until'] as const;
export type PromoField = (typeof PROMO_FIELDS)[number];

/** The ranges of what is a number. */
export const PROMO_RANGES = {
  percent: { min: 1, max: 99 },
  days: { min: 1, max: 365 },
  uses: { min: 1, max: 1_000_000 },
  each: { min: 1, max: 1_000 },
} as const;

/** Live ones of a bot. */
export const MAX_LIVE_CODES = 200;

/** A code as its owner sees it. */
export interface PromoCode {
  id: number;
  code: string;
  /** Null until its owner has said what it gives. */
  gift: PromoGift | null;
  maxUses: number | null;
  perPerson: number | null;
  /** `2026-12-31`: dates of the platform's time zone, the last one included. */
  startsOn: string | null;
  endsOn: string | null;
  audience: Audience;
  isActive: boolean;
  /** None: it is for all. */
  planIds: number[];
}

/** @property value percent, tiyin or days */
export interface PromoGift {
  kind: PromoKind;
  value: bigint;
}

export function toGift(row: { kind: string | null; value: Prisma.Decimal | null }): PromoGift | null {
  if (row.kind === null || row.value === null) return null;
  const kind = row.kind as PromoKind;
  return { kind, value: kind === 'fixed' ? fromDecimal(row.value) : BigInt(row.value.toFixed(0)) };
}

/** A code as typed: upper case, without what people put around it. Null for what can be none. */
export function readCode(typed: string): string | null {
  const code = typed.trim().toUpperCase();
  return /^[A-Z0-9]{4,24}$/.test(code) ? code : null;
}

/** By which whoever presses it comes to the bot with the code. */
export function promoLink({ botUsername }: Pick<TenantScope, 'botUsername'>, code: string): string {
  return `https://t.me/${botUsername}?start=p_${code}`;
}
