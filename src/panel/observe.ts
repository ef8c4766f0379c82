import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { SECOND_MS } from '../shared/durations.ts';

/** What is counted of the panel. Groups and names are ours: nothing of what a request holds. */
export interface PanelObserver {
  ended(request: { group: string; status: number }, seconds: number): void;
  /** What is open now, of which each holds a connection. */
  holds(what: 'streams' | 'files', count: number): void;
}

export interface ObserveDeps {
  logger: Logger;
  observe: PanelObserver;
}

/** nginx's own for whoever hung up before there was an answer. */
const HUNG_UP = 499;
const OF_THE_API = /^\/panel\/api\/(?:bots\/:botId\/(?=[a-z]))?([a-z]*)/;

/**
 * One line a request, and its place in the metrics. By the pattern of its route alone: an address may hold what somebody
 * searched for.
 */
export function observeRequests(app: FastifyInstance, { logger, observe }: ObserveDeps): void {
  app.addHook('onRequest', (request, reply, done) => {
    const since = performance.now();
    // Also of what is streamed, and of what nobody waited for.
    reply.raw.once('close', () => {
      const ms = Math.round(performance.now() - since);
      const { id: requestId, method } = request;
      const { url } = request.routeOptions;
      const status = reply.raw.headersSent ? reply.raw.statusCode : HUNG_UP;
      const role = roleOf(request);
      logger.info({ requestId, method, route: url ?? 'none', status, ms, role }, 'a request of the panel');
      observe.ended({ group: groupOf(url), status }, ms / SECOND_MS);
    });
    done();
  });
}

/** What a route is about: `receipts` of a bot, `mod`, `session`. */
function groupOf(url: string | undefined): string {
  const ofApi = OF_THE_API.exec(url ?? '')?.[1];
  if (url === undefined || ofApi === '') return 'none';
  return ofApi ?? 'site';
}

function roleOf({ session, routeOptions }: FastifyRequest): 'nobody' | 'owner' | 'moderator' {
  if (!session) return 'nobody';
  const isForModerators = groupOf(routeOptions.url) === 'mod';
  return isForModerators && session.person.isModerator ? 'moderator' : 'owner';
}
