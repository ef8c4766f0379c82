import { isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { MINUTE_MS, SECOND_MS } from '../shared/durations.ts';

/** Balancers and Prometheus ask every few seconds. */
const REQUESTS_A_MINUTE = 240;
/** Bounded: whoever asks from more addresses than this only makes the oldest be forgotten. */
const MAX_ADDRESSES = 10_000;

/**
 * Holds back whoever asks too often; by `request.ip`, which knows the trusted proxies.
 * @param isTrusted who may ask as often as they like: operators, and this machine itself
 */
export function createAddressLimit(isTrusted: (request: FastifyRequest) => boolean) {
  const counts = new LRUCache<string, { requests: number; since: number }>({ max: MAX_ADDRESSES });

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (isTrusted(request)) return undefined;
    const key = networkOf(request.ip);
    const now = performance.now();
    let count = counts.get(key);
    if (!count || now - count.since >= MINUTE_MS) {
      count = { requests: 0, since: now };
      counts.set(key, count);
    }
    count.requests += 1;
    if (count.requests <= REQUESTS_A_MINUTE) return undefined;
    const waitSeconds = Math.ceil((count.since + MINUTE_MS - now) / SECOND_MS);
    return reply.code(429).header('retry-after', waitSeconds).send();
  };
}

/** One subscriber has a whole /64 of IPv6. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const middle = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...middle, ...right].slice(0, 4).join(':');
}
