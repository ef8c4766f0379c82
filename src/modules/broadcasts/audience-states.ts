/**
 * `live` have access now, in grace as well; `ended` had some and have none; `never` had none of any kind; `ending` lose what
 * they have within a week; `trial` have one that they only try.
 */
export const AUDIENCE_STATES = ['all', 'live', 'ended', 'never', 'ending', 'trial'] as const;
export type AudienceState = (typeof AUDIENCE_STATES)[number];

/** Access that ends within these days is `ending`. */
export const ENDING_DAYS = 7;
