/** Months that can be sold; 0 is for ever. */
export const PLAN_MONTHS = [1, 6, 12, 0] as const;
export type PlanMonths = (typeof PLAN_MONTHS)[number];

export interface Plan {
  id: number;
  channelId: number;
  durationMonths: number;
  /** Tiyin. */
  price: bigint;
  isActive: boolean;
}

export function isPlanMonths(months: number): months is PlanMonths {
  return (PLAN_MONTHS as readonly number[]).includes(months);
}

/** Shortest first, lifetime last. */
export function byDuration(a: { durationMonths: number }, b: { durationMonths: number }): number {
  return (a.durationMonths || Number.POSITIVE_INFINITY) - (b.durationMonths || Number.POSITIVE_INFINITY);
}
