/** `live` holds those in grace as well; banned people are found under `banned` alone, `closed` have closed the bot. */
export const PEOPLE_STATES = ['all', 'live', 'ended', 'never', 'grace', 'banned', 'closed'] as const;
export type PeopleState = (typeof PEOPLE_STATES)[number];
