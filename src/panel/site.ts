import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where the build leaves the pages: the same depth in `src` and in `dist`. */
const SITE = fileURLToPath(new URL('../../dist/panel/site/', import.meta.url));
/** Their names change with what is in them. */
const A_YEAR = '365d';

/** Where a file of the pages lies that their browser knows by this name. */
export function assetFile(name: string): string {
  return `${SITE}assets/${name}`;
}

/** The pages themselves, below `/panel`: the same one at every address, and the files that it names. */
export async function site(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    root: `${SITE}assets`,
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: A_YEAR,
    index: false,
  });
  app.get('', (_request, reply) => reply.redirect('/panel/'));
  app.get('/*', (_request, reply) =>
    reply.header('cache-control', 'no-cache').sendFile('index.html', SITE, { cacheControl: false }),
  );
}
