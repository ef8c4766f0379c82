import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../kernel/errors.ts';
import type { Session } from '../../modules/panel-access/session-service.ts';
import { once } from '../../shared/async/once.ts';

const REMEMBERED = 10_000;

export interface KnownSessions {
  authenticate: (token: string) => Promise<Session>;
  /** Whether it was a session when this process saw it last. */
  isKnown: (token: string) => boolean;
}

/** Remembers what was a session, so that what never was one need not be looked up for whoever sends too much of it. */
export function rememberSessions({ authenticate }: Pick<KnownSessions, 'authenticate'>): KnownSessions {
  const known = once(() => new LRUCache<string, true>({ max: REMEMBERED }));
  const nameOf = (token: string) => createHash('sha256').update(token).digest('base64url');
  return {
    isKnown: (token) => known().has(nameOf(token)),
    async authenticate(token) {
      try {
        const session = await authenticate(token);
        known().set(nameOf(token), true);
        return session;
      } catch (error) {
        if (error instanceof AppError) known().delete(nameOf(token));
        throw error;
      }
    },
  };
}
