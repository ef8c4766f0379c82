import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { DeliveryError } from '../../../src/kernel/outbox/delivery-error.ts';
import { answerErrors, useContract } from '../../../src/panel/answers.ts';
import { type SessionRoutesDeps, sessionRoutes } from '../../../src/panel/session/session-routes.ts';

test('while Telegram cannot be reached a code is not used up, however often it is tried, and works after', async () => {
  let isReached = false;
  let isOffered = true;
  const panelEntries = {
    take: async () => {
      const found = isOffered ? { telegramUserId: 7n } : null;
      isOffered = false;
      return found;
    },
  };
  const signedIn = {
    id: 1,
    kind: 'miniApp',
    expiresAt: new Date('2026-12-01'),
    person: { telegramUserId: 7n },
  };
  const services = {
    panelEntries,
    panelSessions: { signIn: async () => 'token', authenticate: async () => signedIn },
    sellerBots: { listAllBots: async () => [] },
    owners: {},
  };
  const app = Fastify();
  useContract(app);
  answerErrors(app, { report: () => undefined });
  await app.register(cookie);
  app.decorateRequest('session', null);
  sessionRoutes(app, {
    services: services as unknown as SessionRoutesDeps['services'],
    clock: { now: () => new Date('2026-11-30') },
    botToken: '',
    timeZone: 'UTC',
    async mainBotUsername() {
      if (!isReached) throw new DeliveryError('unknown');
      return 'getolog_bot';
    },
  });
  const enters = () => app.inject({ method: 'POST', url: '/session', payload: { code: '7KQ2-M9XD' } });
  for (let time = 0; time < 12; time += 1) {
    const { statusCode, headers } = await enters();
    expect([statusCode, headers['retry-after'], isOffered]).toEqual([503, '5', true]);
  }
  isReached = true;
  await enters();
  expect(isOffered).toBe(false);
  expect((await enters()).json().error.code).toBe('session.badCode');
  await app.close();
});
