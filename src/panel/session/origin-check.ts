import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.ts';

const READS = new Set(['GET', 'HEAD']);

/** From our page, from nobody's, or by what says nothing of it. */
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * What a browser does by itself for another page changes nothing here: a change that a cookie, or nothing at all, stands for
 * has to come from our own page. A file is not for a foreign page, either.
 * @throws AppError `origin`
 */
export function checkOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (READS.has(request.method)) {
      const isFile = request.routeOptions.config.gives !== undefined;
      if (isFile && !OWN_SITES.has(request.headers['sec-fetch-site'])) throw new AppError('origin');
      return;
    }
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
