import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Session } from '../../../src/modules/panel-access/session-service.ts';
import { answerErrors } from '../../../src/panel/answers.ts';
import { rememberSessions } from '../../../src/panel/session/known-sessions.ts';
import { createNetworkLimit } from '../../../src/panel/session/limits.ts';
import { guardSessions } from '../../../src/panel/session/session-guard.ts';

const tokenOf = (n: number) => String(n).padStart(43, 't');
const HERE = tokenOf(1);
const ELSEWHERE = tokenOf(2);

const open = new Set([HERE, ELSEWHERE]);
let lookUps = 0;
const app = Fastify({ trustProxy: true });

beforeAll(async () => {
  answerErrors(app, { report: () => undefined });
  await app.register(cookie);
  const sessions = rememberSessions({
    async authenticate(token) {
      lookUps += 1;
      if (!open.has(token)) throw new AppError('session.none');
      return { id: 1 } as Session;
    },
  });
  guardSessions(app, sessions, createNetworkLimit());
  app.get('/', async () => 'in');
});
afterAll(() => app.close());

const asks = async (token: string, network = '10.9.1.1') => {
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': network };
  return (await app.inject({ url: '/', headers })).statusCode;
};

test('what is no session is looked up as often as its network may ask, and whoever is signed in goes on', async () => {
  expect(await asks(HERE)).toBe(200);
  lookUps = 0;
  const answers = await Promise.all(Array.from({ length: 700 }, (_, n) => asks(tokenOf(100 + n))));
  const count = (status: number) => answers.filter((answer) => answer === status).length;
  expect([count(401), count(429), lookUps]).toEqual([600, 100, 600]);
  expect(await asks(HERE)).toBe(200);
  // Of whoever this process has not seen yet it cannot tell; elsewhere it has not to.
  expect([await asks(ELSEWHERE), await asks(ELSEWHERE, '10.9.2.1'), await asks(ELSEWHERE)]).toEqual([
    429, 200, 200,
  ]);
  // What was one, and is none any more, is one of nothing from then on.
  open.delete(HERE);
  lookUps = 0;
  expect([await asks(HERE), await asks(HERE)]).toEqual([429, 429]);
  expect(lookUps).toBe(1);
});

test('whoever is signed in never counts for their network', async () => {
  open.add(HERE);
  for (let time = 0; time < 601; time += 1) expect(await asks(HERE, '10.9.3.1')).toBe(200);
  expect(await asks(tokenOf(99), '10.9.3.1')).toBe(401);
});
