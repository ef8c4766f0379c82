import type { QueueMetrics } from '../../infra/observability/metrics.ts';
import { isForgetful, MAX_SHARE, type RedisRoom } from '../../infra/redis/redis-room.ts';
import { cached } from '../../shared/async/cached.ts';
import type { Clock } from '../../shared/clock.ts';
import { isLate } from './conditions.ts';

export const COMPONENT_NAMES = ['database', 'redis', 'telegram_api', 'queue'] as const;
export type ComponentName = (typeof COMPONENT_NAMES)[number];
export const BEST_FIRST = ['healthy', 'degraded', 'unhealthy'] as const;
export type HealthStatus = (typeof BEST_FIRST)[number];

interface Component {
  status: HealthStatus;
  responseTimeMs: number;
}

export interface Health {
  status: HealthStatus;
  at: Date;
  components: Readonly<Record<ComponentName, Component>>;
  /** Null while the queues or the database cannot be read. */
  lateSeconds: number | null;
  /** Telegram answers, and does not take the main bot's token. Null: it does not answer. */
  isMainBotRefused: boolean | null;
  /** How full Redis is, from 0 to 1. Null: it does not say. */
  redisShare: number | null;
}

/** Each throws when what it asks is unavailable. */
export interface Probes {
  database(): Promise<unknown>;
  redis(): Promise<unknown>;
  redisRoom(): Promise<RedisRoom>;
  telegram(): Promise<{ isMainBotRefused: boolean }>;
  queues(): Promise<readonly QueueMetrics[]>;
  /** How long the oldest outbox message has been due. */
  oldestMessageSeconds(): Promise<number>;
  /** Schedules that would never run again. */
  lostSchedules(): Promise<readonly string[]>;
}

export interface HealthService {
  /** At most a few seconds old, so that a flood of questions is no flood of queries. */
  current(): Promise<Health>;
  /** As it is now. */
  look(): Promise<Health>;
}

/** What does not answer within this is unavailable: the same question has an answer in milliseconds. */
const PROBE_LIMIT_MS = 2_000;
const FRESH_MS = 5_000;

export function createHealthService({ probes, clock }: { probes: Probes; clock: Clock }): HealthService {
  async function look(): Promise<Health> {
    const [database, redis, room, telegram, queue, schedules] = await Promise.all([
      time(probes.database),
      time(probes.redis),
      // Not every Redis lets itself be asked that; whether it takes what is written is another question.
      time(probes.redisRoom),
      time(probes.telegram),
      time(() => Promise.all([probes.queues(), probes.oldestMessageSeconds()])),
      time(probes.lostSchedules),
    ]);
    const lateSeconds = queue.answer && worst(...queue.answer);
    const isQueueSlow = (lateSeconds !== null && isLate(lateSeconds)) || isAny(schedules.answer);
    const isMainBotRefused = telegram.answer?.isMainBotRefused ?? null;
    const isRedisUnsafe = room.answer !== null && (room.answer.share > MAX_SHARE || isForgetful(room.answer));
    return {
      status: overall({
        isGone: !(database.ok && redis.ok),
        isSlow: !telegram.ok || isMainBotRefused === true || !queue.ok || isQueueSlow || isRedisUnsafe,
      }),
      at: clock.now(),
      components: {
        database: toComponent(database),
        redis: toComponent(redis, isRedisUnsafe),
        telegram_api: toComponent(telegram, isMainBotRefused === true),
        queue: toComponent(queue, isQueueSlow),
      },
      lateSeconds,
      isMainBotRefused,
      redisShare: room.answer?.share ?? null,
    };
  }

  return { look, current: cached(look, FRESH_MS) };
}

interface Timed<T> {
  ok: boolean;
  ms: number;
  answer: T | null;
}

/** Asks once, and waits only so long for the answer. */
async function time<T>(ask: () => Promise<T>): Promise<Timed<T>> {
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PROBE_LIMIT_MS);
  });
  try {
    return { answer: await Promise.race([ask(), limit]), ok: true, ms: ms() };
  } catch {
    // Why it is unavailable stands in the log of whoever lost it.
    return { answer: null, ok: false, ms: ms() };
  } finally {
    clearTimeout(timer);
  }
}

function overall({ isGone, isSlow }: { isGone: boolean; isSlow: boolean }): HealthStatus {
  if (isGone) return 'unhealthy';
  return isSlow ? 'degraded' : 'healthy';
}

function toComponent({ ok, ms }: Timed<unknown>, isDegraded = false): Component {
  if (!ok) return { status: 'unhealthy', responseTimeMs: ms };
  return { status: isDegraded ? 'degraded' : 'healthy', responseTimeMs: ms };
}

function isAny(found: readonly unknown[] | null): boolean {
  return found !== null && found.length > 0;
}

function worst(queues: readonly QueueMetrics[], oldestMessageSeconds: number): number {
  return Math.max(oldestMessageSeconds, ...queues.map(({ lagSeconds }) => lagSeconds));
}
