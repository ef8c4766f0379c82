import Fastify from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { answerErrors, useContract } from '../../../src/panel/answers.ts';
import { platformAnalyticsRoutes } from '../../../src/panel/moderator/analytics-routes.ts';
import { analyticsRoutes } from '../../../src/panel/owner/analytics/analytics-routes.ts';
import type { Tenant } from '../../../src/panel/session/scope-guard.ts';

type Analytics = Parameters<typeof analyticsRoutes>[1]['analytics'];

const nothingYet = async () => 'computing' as const;
const analytics = {
  periodOf: () => ({ from: '2027-01', to: '2027-03' }),
  overview: nothingYet,
  revenue: nothingYet,
  retention: nothingYet,
  funnel: nothingYet,
  sources: nothingYet,
  speed: nothingYet,
  forecast: nothingYet,
  platform: nothingYet,
} satisfies Analytics;

const app = Fastify();
useContract(app);
answerErrors(app, { report: () => undefined });
app.decorateRequest('tenant', null);
app.decorateRequest('session', null);
app.addHook('onRequest', async (request) => {
  request.tenant = { scope: { botId: 1 }, actor: { kind: 'owner' } } as Tenant;
  request.session = { person: { isModerator: true, telegramUserId: 1n } } as typeof request.session;
});
analyticsRoutes(app, { analytics });
await app.register(async (moderators) => platformAnalyticsRoutes(moderators, { analytics }), {
  prefix: '/mod',
});
afterAll(() => app.close());

test.each([
  '/analytics/overview',
  '/analytics/revenue',
  '/analytics/retention',
  '/analytics/funnel',
  '/analytics/sources',
  '/analytics/speed',
  '/analytics/forecast',
  '/mod/analytics',
])('while nothing has been counted yet, %s says so', async (url) => {
  const { statusCode, body } = await app.inject(url);
  expect([statusCode, JSON.parse(body)]).toEqual([202, { state: 'computing' }]);
});
