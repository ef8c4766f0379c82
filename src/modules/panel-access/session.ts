import { DAY_MS, HOUR_MS } from '../../shared/durations.ts';

/** From where somebody uses the panel: within Telegram, or in a browser of its own. */
export const SESSION_KINDS = ['miniApp', 'browser'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

/** For how long somebody stays signed in, and how long they may stay away meanwhile. */
interface Lasting {
  ms: number;
  unusedMs: number;
}

const MINI_APP: Lasting = { ms: 12 * HOUR_MS, unusedMs: 12 * HOUR_MS };
const BROWSER: Lasting = { ms: 30 * DAY_MS, unusedMs: 7 * DAY_MS };
const MODERATORS_BROWSER: Lasting = { ms: 7 * DAY_MS, unusedMs: DAY_MS };

export function lastingOf(kind: SessionKind, isModerator: boolean): Lasting {
  if (kind === 'miniApp') return MINI_APP;
  return isModerator ? MODERATORS_BROWSER : BROWSER;
}
