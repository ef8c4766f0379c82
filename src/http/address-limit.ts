import type { FastifyReply, FastifyRequest } from 'fastify';
import { createMinuteCount, networkOf } from '../infra/minute-count.ts';

/** Balancers and Prometheus ask every few seconds. */
const REQUESTS_A_MINUTE = 240;

/**
 * Holds back whoever asks too often; by `request.ip`, which knows the trusted proxies.
 * @param isTrusted who may ask as often as they like: operators, and this machine itself
 */
export function createAddressLimit(isTrusted: (request: FastifyRequest) => boolean) {
  const requests = createMinuteCount(REQUESTS_A_MINUTE);

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (isTrusted(request)) return undefined;
    const key = networkOf(request.ip);
    const wait = requests.waitSeconds(key);
    if (wait !== null) return reply.code(429).header('retry-after', wait).send();
    requests.add(key);
    return undefined;
  };
}
