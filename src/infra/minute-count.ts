import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import { once } from '../shared/async/once.ts';
import { MINUTE_MS, SECOND_MS } from '../shared/durations.ts';

/** Bounded: whoever asks under more names than this only makes the oldest be forgotten. */
const MAX_KEYS = 10_000;

/** Counts to a limit, by whatever it is counted for; each count is forgotten a minute after it began. */
export function createMinuteCount(limit: number) {
  return createCount(limit, MINUTE_MS);
}

/** The same over another while. */
export function createCount(limit: number, whileMs: number) {
  // It takes its whole room at once, and most are never asked.
  const counts = once(() => new LRUCache<string, { count: number; since: number }>({ max: MAX_KEYS }));

  function find(key: string, now: number) {
    const known = counts().get(key);
    return known && now - known.since < whileMs ? known : undefined;
  }

  function begun(key: string): { count: number; since: number } {
    const now = performance.now();
    const known = find(key, now);
    if (known) return known;
    const begins = { count: 0, since: now };
    counts().set(key, begins);
    return begins;
  }

  return {
    /** @returns how long to wait, in whole seconds; null below the limit */
    waitSeconds(key: string): number | null {
      const now = performance.now();
      const known = find(key, now);
      if (!known || known.count < limit) return null;
      return Math.ceil((known.since + whileMs - now) / SECOND_MS);
    },
    add(key: string): void {
      begun(key).count += 1;
    },
    /** Counts what may turn out to be none. @returns takes it back, at most once */
    addForNow(key: string): () => void {
      const counted = begun(key);
      counted.count += 1;
      let isTaken = false;
      return () => {
        if (!isTaken) counted.count -= 1;
        isTaken = true;
      };
    },
  };
}

/** One subscriber has a whole /64 of IPv6. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const middle = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...middle, ...right].slice(0, 4).join(':');
}
