import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import type { Session } from '../../modules/panel-access/session-service.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null where nobody has to be signed in. */
    session: Session | null;
    /** They came with a cookie, which a browser sends along by itself. */
    byCookie: boolean;
  }
  interface FastifyContextConfig {
    /** Asked by whoever is not signed in yet. */
    isOpen?: true;
  }
}

/** `__Host-`: set by this very host, for all of it, over https alone; Chromium takes it on loopback as well. */
export const COOKIE = '__Host-getolog';
export const COOKIE_OPTIONS = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const;

const BEARER = /^Bearer ([\w-]{1,100})$/i;

/** Knows who asks, whichever way they carry their session; a bearer wins over a cookie. */
export function guardSessions(
  app: FastifyInstance,
  { authenticate }: { authenticate: (token: string) => Promise<Session> },
): void {
  app.decorateRequest('session', null);
  app.decorateRequest('byCookie', false);
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.isOpen) return;
    const { token, byCookie } = tokenOf(request);
    request.session = await authenticate(token);
    request.byCookie = byCookie;
  });
}

/** What they carry. @throws AppError `session.none` */
export function tokenOf({ headers, cookies }: FastifyRequest): { token: string; byCookie: boolean } {
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1];
  const token = bearer ?? cookies[COOKIE];
  if (!token) throw new AppError('session.none');
  return { token, byCookie: bearer === undefined };
}

/** Whoever is signed in. @throws AppError `session.none` */
export function sessionOf({ session }: FastifyRequest): Session {
  if (!session) throw new AppError('session.none');
  return session;
}
