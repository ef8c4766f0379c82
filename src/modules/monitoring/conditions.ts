import { MAX_SHARE } from '../../infra/redis/redis-room.ts';
import type { AlertKind, Facts } from './alert.ts';

export type Unavailable = Readonly<Record<'database' | 'redis' | 'telegram', boolean>>;

/** What one look found. Null: could not be told, so that nothing is said either way. */
export interface Observation {
  unavailable: Unavailable;
  /** How late the oldest job or outbox message is. */
  lateSeconds: number | null;
  /** How much of what Redis may use it does use. Shares are from 0 to 1. */
  redisShare: number | null;
  /** Telegram answers, and does not take the main bot's token. Null: it does not answer. */
  isMainBotRefused: boolean | null;
  disk: number | null;
  memory: number | null;
  cpu: number | null;
  /** Of the last five minutes. */
  updates: number;
  errors: number;
  /** How long nineteen of twenty of them took at most, in milliseconds. */
  p95: number | null;
}

/** Facts of a trouble that is there; null: it is not; absent: could not be told. */
export type Conditions = Partial<Record<AlertKind, Facts | null>>;

const MAX_LATE_SECONDS = 120;
const MAX_DISK = 0.85;
const MAX_MEMORY = 0.9;
const MAX_CPU = 0.9;
const MAX_ERROR_RATE = 0.05;
/** One error of three updates is no trend, and one slow one neither. */
const MIN_UPDATES = 20;
const MAX_P95_MS = 500;
const MAX_USER_LOSS = 0.2;
/** Few people come and go by chance. */
const MIN_USERS = 50;

export function unavailableConditions(unavailable: Unavailable): Conditions {
  return {
    databaseUnavailable: unavailable.database ? {} : null,
    redisUnavailable: unavailable.redis ? {} : null,
    telegramUnavailable: unavailable.telegram ? {} : null,
  };
}

export function conditionsOf(observation: Observation): Conditions {
  const { unavailable, lateSeconds, redisShare, isMainBotRefused, disk, memory, cpu } = observation;
  const isAnyUnavailable = Object.values(unavailable).some(Boolean);
  return {
    // What waits for a server that is unavailable is that server's trouble.
    ...(lateSeconds !== null && !isAnyUnavailable && { queueLate: judgeLate(lateSeconds) }),
    ...(isMainBotRefused !== null && { mainBotRefused: isMainBotRefused ? {} : null }),
    ...(redisShare !== null && !unavailable.redis && { redisFull: judgeShare(redisShare, MAX_SHARE) }),
    ...(disk !== null && { diskFull: judgeShare(disk, MAX_DISK) }),
    ...(memory !== null && { memoryFull: judgeShare(memory, MAX_MEMORY) }),
    ...(cpu !== null && { cpuBusy: judgeShare(cpu, MAX_CPU) }),
    // While something is unavailable, that is the cause, and it has an alert of its own.
    ...(!isAnyUnavailable && { manyErrors: judgeErrors(observation), slowUpdates: judgeSpeed(observation) }),
  };
}

export function isLate(lateSeconds: number): boolean {
  return lateSeconds > MAX_LATE_SECONDS;
}

function judgeLate(lateSeconds: number): Facts | null {
  return isLate(lateSeconds) ? { late: Math.round(lateSeconds / 60) } : null;
}

function judgeShare(share: number, max: number): Facts | null {
  return share > max ? { percent: Math.round(share * 100) } : null;
}

function judgeErrors({ updates, errors }: Pick<Observation, 'updates' | 'errors'>): Facts | null {
  if (updates < MIN_UPDATES || errors / updates <= MAX_ERROR_RATE) return null;
  return { percent: Math.round((errors / updates) * 100), errors, updates };
}

function judgeSpeed({ updates, p95 }: Pick<Observation, 'updates' | 'p95'>): Facts | null {
  return updates >= MIN_UPDATES && p95 !== null && p95 > MAX_P95_MS ? { ms: p95 } : null;
}

/** The last day against the day before it. */
export function judgeUsers(today: number, yesterday: number): Facts | null {
  if (yesterday < MIN_USERS || today >= yesterday * (1 - MAX_USER_LOSS)) return null;
  return { percent: Math.round((1 - today / yesterday) * 100), today, yesterday };
}
