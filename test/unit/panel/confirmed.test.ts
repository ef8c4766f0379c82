import Fastify, { type FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import type { Session } from '../../../src/modules/panel-access/session-service.ts';
import { confirmed } from '../../../src/panel/session/confirmed.ts';

const EXPIRES_AT = new Date('2026-11-21T09:05:00Z');

/** A route that asks for a word where the session wants one. */
async function changes(kind: Session['kind']) {
  const done: string[] = [];
  const asked: object[] = [];
  const app = Fastify();
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request: FastifyRequest) => {
    request.session = { kind } as Session;
  });
  const panelConfirmations = {
    ask: async (_session: Session, request: object) => {
      asked.push(request);
      return { id: 7, expiresAt: EXPIRES_AT };
    },
  };
  app.put('/', (request, reply) =>
    confirmed(
      { panelConfirmations },
      request,
      reply,
      { action: 'removeBot', payload: { telegramBotId: '1' } },
      async () => {
        done.push(kind);
        return { warning: null };
      },
    ),
  );
  const { statusCode, body } = await app.inject({ method: 'PUT', url: '/' });
  await app.close();
  return { statusCode, body: JSON.parse(body), done, asked };
}

test('in a browser it waits for a word in Telegram', async () => {
  expect(await changes('browser')).toEqual({
    statusCode: 202,
    body: { confirmation: { id: 7, expiresAt: '2026-11-21T09:05:00.000Z' } },
    done: [],
    asked: [{ action: 'removeBot', payload: { telegramBotId: '1' } }],
  });
});

test('in a Mini App it is done at once', async () => {
  expect(await changes('miniApp')).toEqual({
    statusCode: 200,
    body: { warning: null },
    done: ['miniApp'],
    asked: [],
  });
});
