/** What whoever brings a buyer gets. */
export const REFERRAL_MODES = ['off', 'days', 'percent'] as const;
export type ReferralMode = (typeof REFERRAL_MODES)[number];

/** Numbers that an owner sets for a whole bot, by what they are called on a button. */
export const NUMBER_NAMES = [
  'grace',
  'winback',
  'winpercent',
  'refdays',
  'refpercent',
  'friendpercent',
] as const;
export type NumberName = (typeof NUMBER_NAMES)[number];

/** What is on or off. */
export const SWITCH_NAMES = ['unique', 'quietreceipts'] as const;
export type SwitchName = (typeof SWITCH_NAMES)[number];
