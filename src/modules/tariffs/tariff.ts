/** Months of a tariff that an owner can buy. */
export const TARIFF_MONTHS = [1, 6, 12] as const;
export type TariffMonths = (typeof TARIFF_MONTHS)[number];

export function isTariffMonths(months: number): months is TariffMonths {
  return (TARIFF_MONTHS as readonly number[]).includes(months);
}

/** As `admin_subscriptions.plan` names it. */
export function tariffName(months: TariffMonths): string {
  return `${months}month`;
}

export type TariffPaymentStatus = 'pending' | 'approved' | 'rejected';
