import type { FastifyInstance } from 'fastify';
import { createCount, networkOf } from '../../infra/minute-count.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/durations.ts';
import { TooFastError } from '../answers.ts';

/** Requests a minute of a network that is not signed in. */
const OPEN_A_MINUTE = 600;
/** Of a session: all, and those that change something. */
const A_MINUTE = 300;
const CHANGES_A_MINUTE = 60;
/** Of a session: receipts' files, and exports. */
const FILES_A_MINUTE = 120;
const EXPORTS_AN_HOUR = 6;
/** Of a network: sessions that it is refused, and granted. */
const REFUSED_A_MINUTE = 10;
const GRANTED_A_MINUTE = 120;
/** Of all: codes are short enough to be guessed at. */
const WRONG_CODES_A_MINUTE = 100;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What is given out besides an answer, which has a limit of its own. */
    gives?: 'file' | 'export';
  }
}

export function createLimit(most: number, whileMs = MINUTE_MS) {
  const count = createCount(most, whileMs);
  return {
    /** @throws TooFastError where it is reached */
    require(key: string): void {
      const wait = count.waitSeconds(key);
      if (wait !== null) throw new TooFastError(wait);
    },
    add: count.add,
  };
}

/** Before anything is read: who is not signed in. */
export function limitNetworks(app: FastifyInstance): void {
  const requests = createLimit(OPEN_A_MINUTE);
  app.addHook('onRequest', async (request) => {
    if (request.headers.authorization !== undefined || request.headers.cookie !== undefined) return;
    const network = networkOf(request.ip);
    requests.require(network);
    requests.add(network);
  });
}

/** @param isLifted where people act as fast as machines */
export function limitSessions(app: FastifyInstance, { isLifted }: { isLifted: boolean }): void {
  if (isLifted) return;
  const requests = createLimit(A_MINUTE);
  const changes = createLimit(CHANGES_A_MINUTE);
  const given = { file: createLimit(FILES_A_MINUTE), export: createLimit(EXPORTS_AN_HOUR, HOUR_MS) };
  app.addHook('onRequest', async ({ session, method, routeOptions }) => {
    if (!session) return;
    const { gives } = routeOptions.config;
    const counts = method === 'GET' ? [requests] : [requests, changes];
    if (gives) counts.push(given[gives]);
    for (const count of counts) {
      count.require(String(session.id));
      count.add(String(session.id));
    }
  });
}

/** Who tries to sign in. */
export function createSignInLimits() {
  const refused = createLimit(REFUSED_A_MINUTE);
  const granted = createLimit(GRANTED_A_MINUTE);
  const wrongCodes = createLimit(WRONG_CODES_A_MINUTE);
  const ALL = 'all';
  return {
    /** @throws TooFastError */
    require(ip: string, { byCode }: { byCode: boolean }): void {
      const network = networkOf(ip);
      refused.require(network);
      granted.require(network);
      if (byCode) wrongCodes.require(ALL);
    },
    granted: (ip: string): void => granted.add(networkOf(ip)),
    refused(ip: string, { byCode }: { byCode: boolean }): void {
      refused.add(networkOf(ip));
      if (byCode) wrongCodes.add(ALL);
    },
  };
}
