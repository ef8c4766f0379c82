import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readSent } from './refusals.ts';

/** Any eight, four, four, four and twelve hex digits: what a page draws is nobody's to judge. */
const headers = z.object({ 'idempotency-key': z.guid().toLowerCase() });

/**
 * What whatever gives something is known by when it is asked for again.
 * @throws MalformedError where it is missing, or none
 */
export function idempotencyKeyOf(request: FastifyRequest): string {
  return readSent(headers, request.headers)['idempotency-key'];
}
