/** Soʻm: what a tariff costs, what the connection of a provider does, and what a Star is worth. */
const AMOUNT_NAMES = [
  'price1',
  'price6',
  'price12',
  'connect-payme',
  'connect-click',
  'connect-uzum',
  'star-rate',
] as const;

/** What an owner gets who brings another, and what the other gets: days of a tariff. 0 of the first: nobody gets any. */
const DAYS_NAMES = ['refdays', 'refnewdays'] as const;
type DaysName = (typeof DAYS_NAMES)[number];
const DEFAULT_DAYS = 15;
export const MAX_DAYS = 365;

/** What moderators set: amounts, days, the platform's card, and the line that seller bots carry, in each language. */
export const SETTING_NAMES = [
  ...AMOUNT_NAMES,
  ...DAYS_NAMES,
  'card',
  'holder',
  'ad-uz',
  'ad-en',
  'ad-ru',
] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

export function isAmountSetting(name: SettingName): boolean {
  return (AMOUNT_NAMES as readonly string[]).includes(name);
}

export function isDaysSetting(name: SettingName): name is DaysName {
  return (DAYS_NAMES as readonly string[]).includes(name);
}

/** What counts until moderators have set it. */
export function daysOf(value: string | undefined): number {
  return value === undefined ? DEFAULT_DAYS : Number(value);
}
