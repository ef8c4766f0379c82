import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readSent } from './refusals.ts';

/** Any eight, four, four, four and twelve hex digits: what a page draws is nobody's to judge. */
const key = z.guid().toLowerCase();
const required = z.object({ 'idempotency-key': key });
const optional = z.object({ 'idempotency-key': key.optional() });

/**
 * What whatever gives something is known by when it is asked for again.
 * @throws MalformedError where it is missing, or none
 */
export function idempotencyKeyOf(request: FastifyRequest): string {
  return readSent(required, request.headers)['idempotency-key'];
}

/**
 * The same of what may be asked for without one.
 * @returns undefined where it is missing
 * @throws MalformedError where it is none
 */
export function sentIdempotencyKeyOf(request: FastifyRequest): string | undefined {
  return readSent(optional, request.headers)['idempotency-key'];
}
