import type { Followers } from '../kernel/events.ts';

/** Who follows what has happened, within the transaction in which it happens. */
export const FOLLOWERS: Followers = {};
