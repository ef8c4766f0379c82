import { MINUTE_MS } from '../../shared/durations.ts';

/** Each kind of trouble that moderators are told of. */
export const ALERT_KINDS = [
  'databaseUnavailable',
  'redisUnavailable',
  'telegramUnavailable',
  'mainBotRefused',
  'redisFull',
  'queueLate',
  'diskFull',
  'memoryFull',
  'cpuBusy',
  'manyErrors',
  'slowUpdates',
  'fewerUsers',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** `critical` makes a sound; `information` comes silently. */
export type Severity = 'critical' | 'information';

export interface AlertRule {
  severity: Severity;
  /** It has to last this long before anybody is told. */
  afterMs: number;
  /** The same whoever looks; otherwise it is this process or this machine alone. */
  shared: boolean;
}

/** Longer than between two looks in a row: what lasts for one look alone is no trouble yet. */
const TWO_LOOKS_MS = 20_000;

export const ALERT_RULES: Readonly<Record<AlertKind, AlertRule>> = {
  databaseUnavailable: { severity: 'critical', afterMs: 5 * MINUTE_MS, shared: true },
  redisUnavailable: { severity: 'critical', afterMs: 5 * MINUTE_MS, shared: true },
  telegramUnavailable: { severity: 'critical', afterMs: 5 * MINUTE_MS, shared: true },
  redisFull: { severity: 'critical', afterMs: TWO_LOOKS_MS, shared: true },
  mainBotRefused: { severity: 'critical', afterMs: 0, shared: true },
  queueLate: { severity: 'critical', afterMs: TWO_LOOKS_MS, shared: true },
  diskFull: { severity: 'critical', afterMs: 0, shared: false },
  memoryFull: { severity: 'critical', afterMs: TWO_LOOKS_MS, shared: false },
  cpuBusy: { severity: 'critical', afterMs: 5 * MINUTE_MS, shared: false },
  manyErrors: { severity: 'critical', afterMs: 0, shared: false },
  // Everybody is still answered: it can wait for the morning.
  slowUpdates: { severity: 'information', afterMs: 10 * MINUTE_MS, shared: false },
  fewerUsers: { severity: 'information', afterMs: 0, shared: true },
};

/** One of a kind in this time. */
export const QUIET_MS = 30 * MINUTE_MS;

/** Numbers of a text, whole. */
export type Facts = Readonly<Record<string, number>>;

/** One thing to tell. */
export type AlertWord =
  | { what: 'trouble'; kind: AlertKind; facts: Facts }
  /** `minutes` is unknown for what began before this process. */
  | { what: 'over'; kind: AlertKind; minutes: number | null }
  | { what: 'started' }
  /** An operator tries the way of an alert. */
  | { what: 'test' }
  /** Something beside the server, such as its backup; `unit` is its name for systemd. */
  | { what: 'unitFailed'; unit: string }
  | { what: 'stopped' };

export function severityOf(words: readonly AlertWord[]): Severity {
  const isCritical = words.some(
    (word) => word.what === 'trouble' && ALERT_RULES[word.kind].severity === 'critical',
  );
  return isCritical ? 'critical' : 'information';
}
