import { once } from 'node:events';
import { request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import type { FeedWord } from '../../../src/infra/redis/redis-feed.ts';
import type { Session } from '../../../src/modules/panel-access/session-service.ts';
import { answerErrors } from '../../../src/panel/answers.ts';
import { eventRoutes } from '../../../src/panel/events.ts';

const NOW = new Date('2026-11-21T09:00:00Z');

/** A server of streams; whoever asks is looked up as slowly as `lookUp`. */
async function startEvents(lookUp: (request: FastifyRequest) => Promise<Session>) {
  const held: number[] = [];
  const listeners = new Set<(word: FeedWord) => void>();
  const app = Fastify({ forceCloseConnections: true });
  answerErrors(app, { report: () => undefined });
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request) => {
    request.session = await lookUp(request);
  });
  eventRoutes(app, {
    services: {
      panelSessions: {} as never,
      botDirectory: {} as never,
      team: {} as never,
    },
    clock: { now: () => NOW },
    feed: {
      listen(listener) {
        listeners.add(listener);
        return { ready: Promise.resolve(), stop: () => void listeners.delete(listener) };
      },
    },
    observe: { ended: () => undefined, holds: (_, count) => void held.push(count) },
    report: () => undefined,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const headers = { authorization: `Bearer ${'t'.repeat(43)}` };
  return {
    app,
    held,
    listeners,
    asks: (more: Record<string, string> = {}) =>
      ask({ host: '127.0.0.1', port, path: '/events', headers: { ...headers, ...more } }).end(),
  };
}

function session(id: number, telegramUserId = 1n): Session {
  const person = { telegramUserId, isModerator: false } as Session['person'];
  return { id, kind: 'miniApp', expiresAt: new Date(NOW.getTime() + 3_600_000), person };
}

test('who hangs up while it is looked who they are leaves no stream behind', async () => {
  let isAsked: (request: FastifyRequest) => void = () => undefined;
  let goesOn = (): void => undefined;
  const asked = new Promise<FastifyRequest>((resolve) => {
    isAsked = resolve;
  });
  const looked = new Promise<void>((resolve) => {
    goesOn = resolve;
  });
  const events = await startEvents(async (request) => {
    isAsked(request);
    await looked;
    return session(1);
  });
  const hasty = events.asks();
  hasty.on('error', () => undefined);
  const { raw } = await asked;
  const gone = once(raw.socket, 'close');
  hasty.destroy();
  await gone;
  goesOn();
  await events.app.close();
  expect(events.held.at(-1) ?? 0).toBe(0);
  expect(events.listeners.size).toBe(0);
});

test('however many sessions somebody has, they hold so many streams, and others have theirs', async () => {
  let id = 0;
  const events = await startEvents(async ({ headers }) => {
    id += 1;
    return session(id, BigInt(String(headers['x-person'])));
  });
  const statusOf = async (person: string) => {
    const [response] = await once(events.asks({ 'x-person': person }), 'response');
    response.resume();
    return response.statusCode;
  };
  const statuses = [];
  for (let time = 0; time < 13; time += 1) statuses.push(await statusOf('1'));
  expect(statuses).toEqual([...Array.from({ length: 12 }, () => 200), 429]);
  expect(await statusOf('2')).toBe(200);
  await events.app.close();
});
