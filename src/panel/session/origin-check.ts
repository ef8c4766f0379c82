import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.ts';

const READS = new Set(['GET', 'HEAD']);

/**
 * What a browser does by itself for another page changes nothing here: a change that a cookie, or nothing at all, stands for
 * has to come from our own page.
 * @throws AppError `origin`
 */
export function checkOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (READS.has(request.method)) return;
    const isSure = request.session !== null && !request.byCookie;
    if (isSure || isFromOurPage(request)) return;
    throw new AppError('origin');
  });
}

function isFromOurPage({ headers, protocol, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === `${protocol}://${host}`;
}
