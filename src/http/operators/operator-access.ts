import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** How a proxy says for whom it asks. Whoever sends one of these does not ask for themselves. */
const FORWARDING_HEADERS = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-envoy-external-address',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'fly-client-ip',
]);

const LOOPBACK = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;

/**
 * Whether a request may see metrics: with the token where there is one; else from this machine alone, and directly.
 * The token is compared by its hash, so that neither its length nor its beginning can be found out by time.
 */
export function createOperatorAccess(token: string | undefined): (request: FastifyRequest) => boolean {
  if (token === undefined) return isDirectFromHere;
  const expected = hash(token);
  return (request) => {
    const given = /^Bearer +(\S.*)$/i.exec(request.headers.authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(hash(given.trim()), expected);
  };
}

/** By the connection itself: what a header says of it is for whoever trusts its sender. */
export function isDirectFromHere(request: FastifyRequest): boolean {
  if (!LOOPBACK.test(request.socket.remoteAddress ?? '')) return false;
  return !Object.keys(request.headers).some(
    (name) => FORWARDING_HEADERS.has(name) || name.startsWith('x-forwarded'),
  );
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
