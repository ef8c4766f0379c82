import { MINUTE_MS } from '../../shared/durations.ts';
import { ALERT_KINDS, ALERT_RULES, type AlertKind, type Facts } from './alert.ts';

/**
 * - `unknown`: not looked at since this process started; moderators may have been told of it before that
 * - `suspected`: there, but not long enough
 * - `raised`: to be told; `said` once somebody was
 * - `over`: no more, which is to be told if the trouble was
 */
type State =
  | { is: 'unknown' }
  | { is: 'fine' }
  | { is: 'suspected'; since: Date; wasUnknown: boolean }
  | { is: 'raised'; since: Date; facts: Facts; said: Said | null }
  | { is: 'over'; since: Date | null; until: Date; said: Said | null };

/** Who told of it: `alone` when there was no way to know what other processes do. */
export type Said = 'shared' | 'alone';

/** What somebody should be told now. `said` is whether they were told of the trouble itself. */
export type Due =
  | { kind: AlertKind; is: 'raised'; facts: Facts }
  | { kind: AlertKind; is: 'over'; minutes: number | null; said: Said | null };

export interface Alerts {
  raise(kind: AlertKind, facts: Facts, now: Date): void;
  /** @returns whether a trouble ended that had lasted long enough to be told */
  clear(kind: AlertKind, now: Date): boolean;
  due(): Due[];
  /** Somebody was told of the trouble. */
  told(kind: AlertKind, said: Said): void;
  /** It is this process that tells of a trouble which is over already. */
  toldLate(kind: AlertKind, said: Said): void;
  /** The end was told, or nobody needs to hear of it. */
  dropped(kind: AlertKind): void;
}

/** What is wrong as one process sees it: since when, and whether anybody was told. Knows no time and no Telegram. */
export function createAlerts(): Alerts {
  const states = new Map<AlertKind, State>(
    ALERT_KINDS.map((kind) => [kind, { is: ALERT_RULES[kind].shared ? 'unknown' : 'fine' }]),
  );
  const stateOf = (kind: AlertKind): State => states.get(kind) ?? { is: 'fine' };

  return {
    raise(kind, facts, now) {
      const state = stateOf(kind);
      // Back before anybody heard of its end: the same trouble goes on.
      const goesOn = state.is === 'raised' || (state.is === 'over' && state.since !== null);
      const since = (goesOn || state.is === 'suspected' ? state.since : null) ?? now;
      const lastedMs = now.getTime() - since.getTime();
      if (!goesOn && lastedMs < ALERT_RULES[kind].afterMs) {
        const wasUnknown = state.is === 'suspected' ? state.wasUnknown : state.is === 'unknown';
        states.set(kind, { is: 'suspected', since, wasUnknown });
        return;
      }
      const said = goesOn ? state.said : null;
      states.set(kind, { is: 'raised', since, facts: { minutes: toMinutes(lastedMs), ...facts }, said });
    },
    clear(kind, now) {
      const state = stateOf(kind);
      if (state.is === 'raised') {
        states.set(kind, { is: 'over', since: state.since, until: now, said: state.said });
        return true;
      }
      if (state.is === 'unknown' || (state.is === 'suspected' && state.wasUnknown)) {
        states.set(kind, { is: 'over', since: null, until: now, said: 'shared' });
      } else if (state.is === 'suspected') states.set(kind, { is: 'fine' });
      return false;
    },
    due() {
      return [...states].flatMap(([kind, state]): Due[] => {
        if (state.is === 'raised') {
          return state.said === null ? [{ kind, is: 'raised', facts: state.facts }] : [];
        }
        if (state.is !== 'over') return [];
        const { since, until, said } = state;
        return [{ kind, is: 'over', minutes: since && toMinutes(until.getTime() - since.getTime()), said }];
      });
    },
    told(kind, said) {
      const state = stateOf(kind);
      if (state.is === 'raised') states.set(kind, { ...state, said });
    },
    toldLate(kind, said) {
      const state = stateOf(kind);
      if (state.is === 'over') states.set(kind, { ...state, said });
    },
    dropped: (kind) => void states.set(kind, { is: 'fine' }),
  };
}

function toMinutes(ms: number): number {
  return Math.round(ms / MINUTE_MS);
}
