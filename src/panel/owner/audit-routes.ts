import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Services } from '../../modules/services.ts';
import type { TrailLine } from '../../modules/trail/trail-service.ts';
import { sayAudit, toActor, toActors } from '../audit-words.ts';
import {
  type AuditLine,
  type AuditPage,
  type AuditQuery,
  auditActors,
  auditPage,
  auditQuery,
} from '../contract/audit.ts';
import { placeAt, readCursor, writeCursor } from '../keyset.ts';
import { tenantOf } from '../session/scope-guard.ts';

const place = z
  .tuple([placeAt, z.string().regex(/^\d{1,18}$/)])
  .transform(([at, id]) => ({ at, id: BigInt(id) }));

/** Who did what on a bot. */
export function auditRoutes(app: FastifyInstance, { trail }: Pick<Services, 'trail'>): void {
  app.get<{ Querystring: AuditQuery }>(
    '/audit',
    { schema: { querystring: auditQuery, response: { 200: auditPage } } },
    async (request): Promise<AuditPage> => {
      const { scope, actor } = tenantOf(request);
      const { cursor, limit, ...filter } = request.query;
      const before = readCursor(cursor, place);
      const { items, next } = await trail.list(scope, actor, filter, { before, limit });
      return {
        items: items.map((row) => toLine(request, row)),
        next: next && writeCursor([next.at.toISOString(), String(next.id)]),
      };
    },
  );

  app.get('/audit/actors', { schema: { response: { 200: auditActors } } }, async (request) => {
    const { scope, actor } = tenantOf(request);
    return toActors(request, await trail.listActors(scope, actor));
  });
}

function toLine(request: FastifyRequest, { id, at, actor, action, target, name }: TrailLine): AuditLine {
  return {
    id: String(id),
    at: at.toISOString(),
    actor: toActor(request, { actor, name }),
    action,
    target,
    text: sayAudit(request, { action, target }),
  };
}
