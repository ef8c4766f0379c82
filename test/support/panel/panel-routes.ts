import Fastify from 'fastify';
import type { Right } from '../../../src/kernel/rights.ts';
import { createPanelApi, type PanelDeps } from '../../../src/panel/api.ts';

/** One route of the panel, as it was registered. */
export interface PanelRoute {
  method: string;
  /** Below `/panel/api`, with its parameters: `/bots/:botId/plans`. */
  url: string;
  /** `botId`, `id`. */
  params: string[];
  hasBody: boolean;
  isOpen: boolean;
  /** By which managers may ask it; absent: they may not. */
  right: Right | undefined;
}

/** Every route that the panel registers: asked of Fastify itself, so that a new one is among them. */
export async function listPanelRoutes(services: PanelDeps['services']): Promise<PanelRoute[]> {
  const routes: PanelRoute[] = [];
  const app = Fastify();
  app.addHook('onRoute', (registered) => {
    const { method, url, schema, config } = registered;
    for (const one of [method].flat().filter((name) => name !== 'HEAD')) {
      routes.push({
        method: one,
        url: url.replace(/(?<=.)\/$/, ''),
        params: [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name),
        hasBody: schema?.body !== undefined,
        isOpen: config?.isOpen === true,
        // Whoever groups routes says it of all of them, a moment later.
        get right() {
          const { right } = registered.config ?? {};
          return right === 'owner' ? undefined : right;
        },
      });
    }
  });
  // Nothing is asked of it: only what it registers counts.
  const unasked = (): never => {
    throw new Error('Nobody asks here');
  };
  void app.register(
    createPanelApi({
      services,
      clock: { now: () => new Date(0) },
      botToken: '',
      timeZone: 'UTC',
      mainBotUsername: unasked,
      openFile: unasked,
      showPreview: unasked,
      writeExport: unasked,
      areLimitsLifted: true,
      report: unasked,
      observe: { ended: unasked, holds: unasked },
      feed: { listen: unasked },
    }),
  );
  await app.ready();
  await app.close();
  const named = routes.filter(({ url }) => url !== '/*');
  return [...new Map(named.map((route) => [`${route.method} ${route.url}`, route])).values()];
}
