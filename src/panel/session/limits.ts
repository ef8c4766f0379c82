import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createCount, networkOf } from '../../infra/minute-count.ts';
import type { Session } from '../../modules/panel-access/session-service.ts';
import type { Services } from '../../modules/services.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/durations.ts';
import { TooFastError } from '../refusals.ts';

/** Requests a minute of a network that is not signed in, whatever it carries. */
const OPEN_A_MINUTE = 600;
/** Of a session: all, and those that change something. */
const A_MINUTE = 300;
const CHANGES_A_MINUTE = 60;
/** Of a session: receipts' files, and exports. */
const FILES_A_MINUTE = 120;
const EXPORTS_AN_HOUR = 6;
/** However many sessions somebody opens, all of them may do what so many of them may. */
const SESSIONS_OF_A_PERSON = 4;
/** Of a person: each is a message to their telephone. */
const QUESTIONS_AT_ONCE = 10;
const QUESTIONS_WHILE_MS = 5 * MINUTE_MS;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What is given out besides an answer, which has a limit of its own. */
    gives?: 'file' | 'export';
  }
}

export function createLimit(most: number, whileMs = MINUTE_MS) {
  const counted = createCount(most, whileMs);

  /** @throws TooFastError where it is reached */
  function require(key: string): void {
    const wait = counted.waitSeconds(key);
    if (wait !== null) throw new TooFastError(wait);
  }

  return {
    require,
    /** One more. @returns takes it back, at most once. @throws TooFastError where the limit is reached */
    count(key: string): () => void {
      require(key);
      return counted.addForNow(key);
    },
  };
}

/** Whoever is not signed in, or with something that is no session: of a network at once. */
export type NetworkLimit = ReturnType<typeof createNetworkLimit>;

export function createNetworkLimit() {
  const requests = createLimit(OPEN_A_MINUTE);
  return {
    /** @returns takes it back. @throws TooFastError */
    count({ ip }: FastifyRequest): () => void {
      return requests.count(networkOf(ip));
    },
  };
}

const personOf = ({ person }: Session) => String(person.telegramUserId);

/** Of a session, and of all that one person has: with one of them nobody meets what all of theirs may. */
function createSessionLimit(most: number, whileMs = MINUTE_MS) {
  const ofSession = createLimit(most, whileMs);
  const ofPerson = createLimit(most * SESSIONS_OF_A_PERSON, whileMs);
  return {
    /** @returns takes it back. @throws TooFastError */
    count(session: Session): () => void {
      ofPerson.require(personOf(session));
      const takeBacks = [ofSession.count(String(session.id)), ofPerson.count(personOf(session))];
      return () => {
        for (const takeBack of takeBacks) takeBack();
      };
    },
  };
}

/** @param isLifted where people act as fast as machines */
export function limitPeople(app: FastifyInstance, { isLifted }: { isLifted: boolean }): void {
  if (isLifted) return;
  const requests = createSessionLimit(A_MINUTE);
  const changes = createSessionLimit(CHANGES_A_MINUTE);
  const given = {
    file: createSessionLimit(FILES_A_MINUTE),
    export: createSessionLimit(EXPORTS_AN_HOUR, HOUR_MS),
  };
  const asksFor = new WeakMap<FastifyRequest, () => void>();
  app.addHook('onRequest', async (request) => {
    const { session, method, routeOptions } = request;
    if (!session) return;
    const { gives } = routeOptions.config;
    requests.count(session);
    if (method !== 'GET') changes.count(session);
    if (gives) asksFor.set(request, given[gives].count(session));
  });
  // What was refused was not given.
  app.addHook('onSend', async (request, reply) => {
    if (reply.statusCode >= 400) asksFor.get(request)?.();
  });
}

type Questions = Pick<Services['panelConfirmations'], 'ask'>;

/** The same questions to somebody's telephone, and no flood of them. */
export function limitQuestions({ ask }: Questions, { isLifted }: { isLifted: boolean }): Questions {
  if (isLifted) return { ask };
  const questions = createLimit(QUESTIONS_AT_ONCE, QUESTIONS_WHILE_MS);
  return {
    async ask(session, ...asked) {
      const takeBack = questions.count(personOf(session));
      try {
        return await ask(session, ...asked);
      } catch (error) {
        // Nobody was asked.
        takeBack();
        throw error;
      }
    },
  };
}
