import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Services } from '../../modules/services.ts';
import { watchedBroadcasts } from '../contract/growth/broadcasts.ts';
import { oneRow, pageQuery } from '../contract/shapes.ts';
import { readBefore, writeNext } from '../keyset.ts';
import { toWatchedBroadcast } from '../owner/growth/broadcast-shapes.ts';
import { moderatorOf } from '../session/moderator-guard.ts';

/** What owners send to many, and the way to end it. */
export function platformBroadcastRoutes(
  app: FastifyInstance,
  { broadcastDesk }: Pick<Services, 'broadcastDesk'>,
): void {
  app.get<{ Querystring: z.infer<typeof pageQuery> }>(
    '/broadcasts',
    { schema: { querystring: pageQuery, response: { 200: watchedBroadcasts } } },
    async (request) => {
      const { cursor, limit } = request.query;
      const { items, next } = await broadcastDesk.list(moderatorOf(request), readBefore(cursor), limit);
      return { items: items.map(toWatchedBroadcast), next: writeNext(next) };
    },
  );

  app.post<{ Params: z.infer<typeof oneRow> }>(
    '/broadcasts/:id/stop',
    { schema: { params: oneRow } },
    async (request, reply) => {
      await broadcastDesk.stop(moderatorOf(request), request.params.id);
      return reply.code(204).send();
    },
  );
}
