import type { FastifyInstance } from 'fastify';
import { createPanelApi, type PanelDeps } from './api.ts';
import { setHeaders } from './headers.ts';
import { type ObserveDeps, observeRequests } from './observe.ts';
import { site } from './site.ts';

/** This edge as a whole, below `/panel`: the pages, and what they ask. */
export function createPanel(deps: PanelDeps & ObserveDeps): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    observeRequests(app, deps);
    await setHeaders(app);
    await app.register(createPanelApi(deps), { prefix: '/api' });
    await app.register(site);
    app.setNotFoundHandler((_request, reply) => reply.code(404).send());
  };
}
