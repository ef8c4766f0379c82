/**
 * `live` holds those in grace as well; `closed` have closed the bot. Banned people are found under `banned` alone, and
 * whoever helps with the bot under `managers`.
 */
export const PEOPLE_STATES = [
  'all',
  'live',
  'ended',
  'never',
  'grace',
  'banned',
  'managers',
  'closed',
] as const;
export type PeopleState = (typeof PEOPLE_STATES)[number];
