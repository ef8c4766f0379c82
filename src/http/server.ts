import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyReply } from 'fastify';
import { createAddressLimit } from './address-limit.ts';
import { type CallbackDeps, type CallbackEndpoint, callbackRoute } from './callbacks/callback-route.ts';
import { errorHandler } from './error-handler.ts';
import { type HealthRouteDeps, healthRoute } from './operators/health-route.ts';
import { metricsRoute } from './operators/metrics-route.ts';
import { createOperatorAccess, isDirectFromHere } from './operators/operator-access.ts';
import { type WebhookDeps, webhookRoute } from './webhook/webhook-route.ts';

export interface ServerDeps {
  trustProxy: readonly string[];
  report: (error: unknown, tags: Record<string, string>) => void;
  /** Absent where this process takes no updates. */
  webhook: Omit<WebhookDeps, 'isClosing'> | null;
  /** Where providers of payments call; absent where this process takes no updates. */
  callbacks: (Pick<CallbackDeps, 'logger' | 'observe'> & { endpoints: readonly CallbackEndpoint[] }) | null;
  /** The panel, with its pages; absent where this process takes no updates. */
  panel: FastifyPluginAsync | null;
  /** Absent: metrics are for this machine only. */
  metricsToken: string | undefined;
  monitoring: Omit<HealthRouteDeps, 'isOperator'> & {
    metricsType: string;
    renderMetrics: () => Promise<string>;
  };
}

/** Telegram waits 60 s; a body that takes longer than this to arrive is somebody holding a connection. */
const REQUEST_LIMIT_MS = 30_000;

/** Every route there is, and the limits of all of them. */
export function createServer(deps: ServerDeps): FastifyInstance {
  const app = Fastify({
    logger: false,
    trustProxy: deps.trustProxy.length > 0 ? [...deps.trustProxy] : false,
    requestTimeout: REQUEST_LIMIT_MS,
    forceCloseConnections: 'idle',
    // Updates have numbers of their own.
    genReqId: ({ url = '' }) => (url.startsWith('/webhook/') ? '' : randomUUID()),
    routerOptions: { maxParamLength: 64 },
    // An address that is too long, or encodes nothing, is nobody's: Fastify would say 414 or 400.
    frameworkErrors: (_error, _request, reply: FastifyReply) => void reply.code(404).send(),
  });
  app.setErrorHandler(errorHandler(deps));
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  const isClosing = () => closing;
  app.setNotFoundHandler((_request, reply) => {
    if (closing) void reply.header('connection', 'close');
    return reply.code(404).send();
  });

  void app.register(async (routes) => operatorRoutes(routes, deps, isClosing));
  const { webhook } = deps;
  if (webhook) void app.register((routes) => webhookRoute(routes, { ...webhook, isClosing }));
  const { callbacks, report } = deps;
  if (callbacks) {
    const { endpoints, ...seen } = callbacks;
    for (const endpoint of endpoints) {
      void app.register((routes) => callbackRoute(routes, endpoint, { ...seen, report, isClosing }));
    }
  }
  if (deps.panel) void app.register(deps.panel, { prefix: '/panel' });
  return app;
}

/** What says how the server is; asked by machines, so that a stranger who asks more is held back. */
function operatorRoutes(
  app: FastifyInstance,
  { metricsToken, monitoring }: ServerDeps,
  isClosing: () => boolean,
): void {
  // A kept connection would keep the stop waiting after its last answer.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing()) void reply.header('connection', 'close');
    done(null, payload);
  });
  const isOperator = createOperatorAccess(metricsToken);
  app.addHook(
    'onRequest',
    createAddressLimit((request) => isDirectFromHere(request) || isOperator(request)),
  );
  app.get('/livez', (_request, reply) => reply.code(200).send());
  healthRoute(app, { ...monitoring, isOperator });
  metricsRoute(app, { isOperator, contentType: monitoring.metricsType, render: monitoring.renderMetrics });
}
