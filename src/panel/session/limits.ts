import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createCount, networkOf } from '../../infra/minute-count.ts';
import type { Session } from '../../modules/panel-access/session-service.ts';
import type { Services } from '../../modules/services.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/durations.ts';
import { TooFastError } from '../refusals.ts';

/** Requests a minute of a network that is not signed in, whatever it carries. */
const OPEN_A_MINUTE = 600;
/** Of a person, wherever they are signed in: all, and those that change something. */
const A_MINUTE = 300;
const CHANGES_A_MINUTE = 60;
/** Of a person: receipts' files, and exports. */
const FILES_A_MINUTE = 120;
const EXPORTS_AN_HOUR = 6;
/** Of a network: sessions that it is refused, and granted. */
const REFUSED_A_MINUTE = 10;
const GRANTED_A_MINUTE = 120;
/** Of a person: each is a message to their telephone. */
const QUESTIONS_AT_ONCE = 10;
const QUESTIONS_WHILE_MS = 5 * MINUTE_MS;
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
    addForNow: count.addForNow,
  };
}

/** Whoever is not signed in, or with something that is no session: of a network at once. */
export type NetworkLimit = ReturnType<typeof createNetworkLimit>;

export function createNetworkLimit() {
  const requests = createLimit(OPEN_A_MINUTE);
  return {
    /** @throws TooFastError */
    count({ ip }: FastifyRequest): void {
      const network = networkOf(ip);
      requests.require(network);
      requests.add(network);
    },
  };
}

const personOf = ({ person }: Session) => String(person.telegramUserId);

/** @param isLifted where people act as fast as machines */
export function limitPeople(app: FastifyInstance, { isLifted }: { isLifted: boolean }): void {
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
      count.require(personOf(session));
      count.add(personOf(session));
    }
  });
}

type Questions = Pick<Services['panelConfirmations'], 'ask'>;

/** The same questions to somebody's telephone, and no flood of them. */
export function limitQuestions({ ask }: Questions, { isLifted }: { isLifted: boolean }): Questions {
  if (isLifted) return { ask };
  const questions = createLimit(QUESTIONS_AT_ONCE, QUESTIONS_WHILE_MS);
  return {
    async ask(session, ...asked) {
      questions.require(personOf(session));
      questions.add(personOf(session));
      return ask(session, ...asked);
    },
  };
}

/** Who tries to sign in: an attempt counts from its beginning, so that many at once are no way around it. */
export function createSignInLimits() {
  const refused = createLimit(REFUSED_A_MINUTE);
  const granted = createLimit(GRANTED_A_MINUTE);
  const wrongCodes = createLimit(WRONG_CODES_A_MINUTE);
  const ALL = 'all';
  return {
    /** @throws TooFastError */
    begin(ip: string, { byCode }: { byCode: boolean }) {
      const network = networkOf(ip);
      refused.require(network);
      granted.require(network);
      if (byCode) wrongCodes.require(ALL);
      const noRefusal = refused.addForNow(network);
      const noGrant = granted.addForNow(network);
      const noWrongCode = byCode ? wrongCodes.addForNow(ALL) : () => undefined;
      const wasNotWrong = () => {
        noRefusal();
        noWrongCode();
      };
      return {
        granted: wasNotWrong,
        refused: noGrant,
        undecided() {
          wasNotWrong();
          noGrant();
        },
      };
    },
  };
}
