import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Services } from '../../../modules/services.ts';
import { type Source as SourceOfBot, sourceLink } from '../../../modules/sources/source.ts';
import {
  type Source,
  type SourceBody,
  type SourceDetail,
  type SourcePromoParams,
  type SourcesPage,
  sourceBody,
  sourceDetail,
  sourcePromo,
  sourcesPage,
} from '../../contract/growth/sources.ts';
import { oneRow, pageQuery, type ValueBody, valueBody } from '../../contract/shapes.ts';
import { readBefore, writeNext } from '../../keyset.ts';
import { tenantOf } from '../../session/scope-guard.ts';
import { toMoney } from '../../shapes.ts';

type OneRow = z.infer<typeof oneRow>;

/** Where an owner advertises, and what comes of it. */
export function sourceRoutes(app: FastifyInstance, { sources }: Pick<Services, 'sources'>): void {
  async function open(request: FastifyRequest, id: number): Promise<SourceDetail> {
    const { scope, actor } = tenantOf(request);
    const { source, promoCode, cost, funnel } = await sources.open(scope, actor, id);
    const { turnover, laterTurnover, ...counts } = funnel;
    return {
      ...toSource(scope, source),
      promo: promoCode,
      cost: cost === null ? null : toMoney(cost),
      funnel: { ...counts, turnover: toMoney(turnover), laterTurnover: toMoney(laterTurnover) },
    };
  }
  const current = (request: FastifyRequest) => open(request, sourcePromo.parse(request.params).id);

  app.get<{ Querystring: z.infer<typeof pageQuery> }>(
    '/sources',
    { schema: { querystring: pageQuery, response: { 200: sourcesPage } } },
    async (request): Promise<SourcesPage> => {
      const { scope, actor } = tenantOf(request);
      const { cursor, limit } = request.query;
      const { items, next } = await sources.list(scope, actor, readBefore(cursor), limit);
      return { items: items.map((one) => toSource(scope, one)), next: writeNext(next) };
    },
  );

  app.get<{ Params: OneRow }>(
    '/sources/:id',
    { schema: { params: oneRow, response: { 200: sourceDetail } } },
    (request) => open(request, request.params.id),
  );

  app.post<{ Body: SourceBody }>(
    '/sources',
    { schema: { body: sourceBody, response: { 200: sourceDetail } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const id = await sources.add(scope, actor, request.body.name);
      if (id === null) throw new AppError('notFound');
      return open(request, id);
    },
  );

  app.post<{ Params: SourcePromoParams }>(
    '/sources/:id/promo/:promoId',
    { config: { current }, schema: { params: sourcePromo } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { id, promoId } = request.params;
      await sources.setPromoCode(scope, actor, { id, promoCodeId: promoId === 0 ? null : promoId });
      return reply.code(204).send();
    },
  );

  app.put<{ Params: OneRow; Body: ValueBody }>(
    '/sources/:id/cost',
    { schema: { params: oneRow, body: valueBody } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      await sources.setCost(scope, actor, { id: request.params.id, text: request.body.value });
      return reply.code(204).send();
    },
  );

  app.post<{ Params: OneRow }>(
    '/sources/:id/archive',
    { schema: { params: oneRow } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      await sources.archive(scope, actor, request.params.id);
      return reply.code(204).send();
    },
  );
}

function toSource(scope: TenantScope, { id, name, slug, isArchived }: SourceOfBot): Source {
  return { id, name, slug, archived: isArchived, link: sourceLink(scope, slug) };
}
