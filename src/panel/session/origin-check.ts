import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.ts';

const READS = new Set(['GET', 'HEAD']);
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** From our page, from nobody's, or by what says nothing of it. */
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * What a browser does by itself for another page changes nothing here: a change that a cookie, or nothing at all, stands for
 * has to come from our own page, and to be JSON, which no form of another page can send. A file is not for a foreign page,
 * either.
 * @throws AppError `origin`, FastifyError of what is no JSON (415)
 */
export function checkOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (READS.has(request.method)) {
      const isFile = request.routeOptions.config.gives !== undefined;
      if (isFile && !OWN_SITES.has(request.headers['sec-fetch-site'])) throw new AppError('origin');
      return;
    }
    const isSure = request.session !== null && !request.byCookie;
    if (isSure) return;
    if (!isFromOurPage(request)) throw new AppError('origin');
    const type = request.headers['content-type'];
    if (!JSON_TYPE.test(type ?? '')) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type);
  });
}

function isFromOurPage({ headers, protocol, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === `${protocol}://${host}`;
}
