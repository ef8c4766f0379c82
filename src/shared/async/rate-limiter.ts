import { LRUCache } from 'lru-cache';

export interface RateLimiterOptions {
  /** So many of one kind. */
  limit: number;
  /** In this time, counted from the kind's first. */
  perMs: number;
  /** As many kinds are remembered: the longest unheard of is forgotten first. */
  maxKinds: number;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}

/** Lets a kind of thing happen so often in a time, and no more. @returns whether it may happen now */
export function createRateLimiter({
  limit,
  perMs,
  maxKinds,
  now = () => performance.now(),
}: RateLimiterOptions): (kind: string) => boolean {
  const kinds = new LRUCache<string, { since: number; count: number }>({ max: maxKinds });
  return (kind) => {
    const at = now();
    const known = kinds.get(kind);
    const current = known && at - known.since < perMs ? known : { since: at, count: 0 };
    kinds.set(kind, current);
    current.count += 1;
    return current.count <= limit;
  };
}
