import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../kernel/errors.ts';
import type { Services } from '../modules/services.ts';
import { answerErrors, useContract } from './answers.ts';
import { type EventRoutesDeps, eventRoutes } from './events.ts';
import { faultRoutes } from './fault-routes.ts';
import { platformAnalyticsRoutes } from './moderator/analytics-routes.ts';
import { platformBroadcastRoutes } from './moderator/broadcast-routes.ts';
import { ownerRoutes } from './moderator/owner-routes.ts';
import { platformRoutes } from './moderator/platform-routes.ts';
import { tariffRoutes } from './moderator/tariff-routes.ts';
import { analyticsRoutes } from './owner/analytics/analytics-routes.ts';
import { auditRoutes } from './owner/audit-routes.ts';
import { botRoutes } from './owner/bot-routes.ts';
import { exportRoutes, type WriteExport } from './owner/export-routes.ts';
import { broadcastRoutes } from './owner/growth/broadcast-routes.ts';
import { promoRoutes } from './owner/growth/promo-routes.ts';
import { referralRoutes } from './owner/growth/referral-routes.ts';
import { sourceRoutes } from './owner/growth/source-routes.ts';
import { homeRoutes } from './owner/home-routes.ts';
import { paymentRoutes } from './owner/payment-routes.ts';
import { planRoutes } from './owner/plan-routes.ts';
import { receiptRoutes } from './owner/receipt-routes.ts';
import { refundRoutes } from './owner/refund-routes.ts';
import { settingRoutes } from './owner/setting-routes.ts';
import { teamRoutes } from './owner/team-routes.ts';
import { type ShowPreview, textRoutes } from './owner/text-routes.ts';
import { userRoutes } from './owner/user-routes.ts';
import { createReceiptFiles, type OpenFile } from './receipt-file.ts';
import { confirmationRoutes } from './session/confirmation-routes.ts';
import { rememberSessions } from './session/known-sessions.ts';
import { createNetworkLimit, limitPeople, limitQuestions } from './session/limits.ts';
import { guardModerators } from './session/moderator-guard.ts';
import { checkOrigin } from './session/origin-check.ts';
import { grant, guardTenants } from './session/scope-guard.ts';
import { guardSessions } from './session/session-guard.ts';
import { type SessionRoutesDeps, sessionRoutes } from './session/session-routes.ts';

export interface PanelDeps extends SessionRoutesDeps, EventRoutesDeps {
  services: Services;
  openFile: OpenFile;
  showPreview: ShowPreview;
  writeExport: WriteExport;
  /** People act as fast as machines. */
  areLimitsLifted: boolean;
  report: (error: unknown, tags: Record<string, string>) => void;
}

/** What is sent is no file. */
const MAX_BODY_BYTES = 65_536;

/**
 * What the panel's pages ask: a fourth edge over the same services. Hooks in their order, then every group of routes.
 * Below `/panel/api`.
 */
export function createPanelApi({ services, ...others }: PanelDeps): (app: FastifyInstance) => Promise<void> {
  const limits = { isLifted: others.areLimitsLifted };
  const panelConfirmations = {
    ...services.panelConfirmations,
    ...limitQuestions(services.panelConfirmations, limits),
  };
  const known = rememberSessions(services.panelSessions);
  const panelSessions = { ...services.panelSessions, authenticate: known.authenticate };
  const deps: PanelDeps = { ...others, services: { ...services, panelConfirmations, panelSessions } };
  const files = createReceiptFiles(deps);
  return async (app) => {
    useContract(app);
    answerErrors(app, deps);
    onlyJson(app);
    app.addHook('onRequest', async (request, reply) => {
      void reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    });
    await app.register(cookie);
    guardSessions(app, known, createNetworkLimit());
    checkOrigin(app);
    limitPeople(app, limits);
    beNothingElse(app);
    sessionRoutes(app, deps);
    confirmationRoutes(app, deps);
    eventRoutes(app, deps);
    faultRoutes(app, deps);
    homeRoutes(app, deps.services);
    await app.register(
      async (owner) => {
        guardTenants(owner, deps.services);
        botRoutes(owner, deps.services);
        exportRoutes(owner, deps);
        auditRoutes(owner, deps.services);
        settingRoutes(owner, deps.services);
        teamRoutes(owner, deps);
        await owner.register(async (cashier) => {
          grant(cashier, 'receipts');
          receiptRoutes(cashier, { services: deps.services, files });
        });
        await owner.register(async (helper) => {
          grant(helper, 'people');
          userRoutes(helper, deps.services);
        });
        await owner.register(async (seller) => {
          grant(seller, 'shop');
          paymentRoutes(seller, deps.services);
          planRoutes(seller, deps.services);
          refundRoutes(seller, deps.services);
          textRoutes(seller, deps);
          promoRoutes(seller, deps.services);
          referralRoutes(seller, deps.services);
          sourceRoutes(seller, deps.services);
          broadcastRoutes(seller, deps.services);
          analyticsRoutes(seller, deps.services);
        });
      },
      { prefix: '/bots/:botId' },
    );
    await app.register(
      async (moderator) => {
        guardModerators(moderator);
        ownerRoutes(moderator, deps.services);
        tariffRoutes(moderator, { services: deps.services, files });
        platformRoutes(moderator, deps.services, deps.clock);
        platformBroadcastRoutes(moderator, deps.services);
        platformAnalyticsRoutes(moderator, deps.services);
      },
      { prefix: '/mod' },
    );
  };
}

/** Whatever else is asked here is nothing of the pages', and is told so by the same rules, before anything of it is read. */
function beNothingElse(app: FastifyInstance): void {
  const onRequest = async () => {
    throw new AppError('notFound');
  };
  app.all('/*', { onRequest }, onRequest);
}

/** A change without a body says so by being empty. */
function onlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  const options = { parseAs: 'string', bodyLimit: MAX_BODY_BYTES } as const;
  app.addContentTypeParser<string>('application/json', options, (request, body, done) => {
    if (body === '') return done(null, undefined);
    return parse(request, body, done);
  });
}
