import type { CountedOutcome } from '../../infra/observability/metrics.ts';

/**
 * What became of an update. `failed`: for good, which is reported. `ignored`: it could not be used. `unknown-bot`: nobody's,
 * or removed. `busy`: another process has it in hand and has not finished in time. `unavailable`: a store cannot be
 * reached, or refuses. `full`: this bot has enough in hand.
 */
export type UpdateOutcome =
  | 'handled'
  | 'seen-before'
  | 'failed'
  | 'ignored'
  | 'unknown-bot'
  | 'busy'
  | 'unavailable'
  | 'full';

interface Consequence {
  /** What the webhook answers. */
  status: number;
  /** As what it is counted, with the time that it took; null: told otherwise, or by nobody. */
  metric: CountedOutcome | null;
  /** Telegram shall bring it again. */
  retry: boolean;
}

export const CONSEQUENCES: Readonly<Record<UpdateOutcome, Consequence>> = {
  handled: { status: 200, metric: 'handled', retry: false },
  'seen-before': { status: 200, metric: 'seen-before', retry: false },
  failed: { status: 200, metric: 'failed', retry: false },
  ignored: { status: 200, metric: null, retry: false },
  'unknown-bot': { status: 404, metric: null, retry: false },
  busy: { status: 503, metric: 'unavailable', retry: true },
  unavailable: { status: 503, metric: 'unavailable', retry: true },
  full: { status: 503, metric: null, retry: true },
};
