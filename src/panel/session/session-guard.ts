import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import type { Session } from '../../modules/panel-access/session-service.ts';
import type { KnownSessions } from './known-sessions.ts';
import type { NetworkLimit } from './limits.ts';

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

const BEARER = /^Bearer (\S+)$/i;
/** 32 bytes. */
const TOKEN = /^[\w-]{43}$/;

/**
 * Knows who asks, whichever way they carry their session; a bearer wins over a cookie. Whoever is not signed in counts for
 * their network, before anything is read: beyond its limit only those are looked up who were signed in here before.
 */
export function guardSessions(
  app: FastifyInstance,
  { authenticate, isKnown }: KnownSessions,
  network: NetworkLimit,
): void {
  async function find(request: FastifyRequest, token: string): Promise<Session> {
    const takeBack = isKnown(token) ? null : network.count(request);
    try {
      const session = await authenticate(token);
      takeBack?.();
      return session;
    } catch (error) {
      if (!(error instanceof AppError)) takeBack?.();
      else if (!takeBack) network.count(request);
      throw error;
    }
  }

  app.decorateRequest('session', null);
  app.decorateRequest('byCookie', false);
  app.addHook('onRequest', async (request) => {
    const { isOpen } = request.routeOptions.config;
    if (isOpen || !readToken(request)) network.count(request);
    if (isOpen) return;
    const { token, byCookie } = tokenOf(request);
    request.session = await find(request, token);
    request.byCookie = byCookie;
  });
}

interface Carried {
  token: string;
  byCookie: boolean;
}

/** What they carry. @throws AppError `session.none` */
export function tokenOf(request: FastifyRequest): Carried {
  const carried = readToken(request);
  if (!carried) throw new AppError('session.none');
  return carried;
}

/** Null of what nobody was ever given. */
function readToken({ headers, cookies }: FastifyRequest): Carried | null {
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1];
  const token = bearer ?? cookies[COOKIE] ?? '';
  return TOKEN.test(token) ? { token, byCookie: bearer === undefined } : null;
}

/** Whoever is signed in. @throws AppError `session.none` */
export function sessionOf({ session }: FastifyRequest): Session {
  if (!session) throw new AppError('session.none');
  return session;
}
