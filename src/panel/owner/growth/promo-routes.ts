import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { type PromoCode, promoLink } from '../../../modules/promo-codes/promo-code.ts';
import type { Services } from '../../../modules/services.ts';
import {
  type Promo,
  type PromoAudienceParams,
  type PromoBody,
  type PromoDetail,
  type PromoFieldParams,
  type PromoPage,
  type PromoPlanParams,
  promoAudience,
  promoBody,
  promoDetail,
  promoField,
  promoPage,
  promoPlan,
} from '../../contract/growth/promo.ts';
import { oneRow, pageQuery, rowId, type ValueBody, valueBody } from '../../contract/shapes.ts';
import { readBefore, writeNext } from '../../keyset.ts';
import { tenantOf } from '../../session/scope-guard.ts';
import { toMoney } from '../../shapes.ts';

type OneRow = z.infer<typeof oneRow>;

/** Of which code a route is, whatever else its address says. */
const ofOne = z.object({ id: rowId });

/** An owner's promo codes, by the words of the bot's own buttons. */
export function promoRoutes(app: FastifyInstance, { promoCodes }: Pick<Services, 'promoCodes'>): void {
  async function open(request: FastifyRequest, id: number): Promise<PromoDetail> {
    const { scope, actor } = tenantOf(request);
    const { promo, results } = await promoCodes.open(scope, actor, id);
    const { discount, turnover, ...counts } = results;
    return {
      ...toPromo(scope, promo),
      results: { ...counts, discount: toMoney(discount), turnover: toMoney(turnover) },
    };
  }

  const current = (request: FastifyRequest) => open(request, ofOne.parse(request.params).id);

  app.get<{ Querystring: z.infer<typeof pageQuery> }>(
    '/promo',
    { schema: { querystring: pageQuery, response: { 200: promoPage } } },
    async (request): Promise<PromoPage> => {
      const { scope, actor } = tenantOf(request);
      const { cursor, limit } = request.query;
      const { items, next } = await promoCodes.list(scope, actor, readBefore(cursor), limit);
      return {
        items: items.map((promo) => toPromo(scope, promo)),
        next: writeNext(next),
      };
    },
  );

  app.get<{ Params: OneRow }>(
    '/promo/:id',
    { schema: { params: oneRow, response: { 200: promoDetail } } },
    (request) => open(request, request.params.id),
  );

  app.post<{ Body: PromoBody }>(
    '/promo',
    { schema: { body: promoBody, response: { 200: promoDetail } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const id = await promoCodes.add(scope, actor, request.body.code);
      if (id === null) throw new AppError('notFound');
      return open(request, id);
    },
  );

  app.put<{ Params: PromoFieldParams; Body: ValueBody }>(
    '/promo/:id/set/:field',
    { config: { current }, schema: { params: promoField, body: valueBody } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { id, field } = request.params;
      await promoCodes.set(scope, actor, { id, field, text: request.body.value });
      return reply.code(204).send();
    },
  );

  app.post<{ Params: PromoAudienceParams }>(
    '/promo/:id/for/:audience',
    { config: { current }, schema: { params: promoAudience } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { id, audience } = request.params;
      await promoCodes.setAudience(scope, actor, { id, audience });
      return reply.code(204).send();
    },
  );

  app.post<{ Params: PromoPlanParams }>(
    '/promo/:id/plan/:planId',
    { config: { current }, schema: { params: promoPlan } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { id, planId } = request.params;
      await promoCodes.togglePlan(scope, actor, { id, planId });
      return reply.code(204).send();
    },
  );

  for (const [word, isActive] of [
    ['on', true],
    ['off', false],
  ] as const) {
    app.post<{ Params: OneRow }>(
      `/promo/:id/${word}`,
      { config: { current }, schema: { params: oneRow } },
      async (request, reply) => {
        const { scope, actor } = tenantOf(request);
        await promoCodes.switchCode(scope, actor, { id: request.params.id, isActive });
        return reply.code(204).send();
      },
    );
  }

  app.post<{ Params: OneRow }>(
    '/promo/:id/remove',
    { schema: { params: oneRow } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      await promoCodes.remove(scope, actor, request.params.id);
      return reply.code(204).send();
    },
  );
}

function toPromo(scope: TenantScope, promo: PromoCode): Promo {
  const { id, code, gift } = promo;
  const isSum = gift?.kind === 'fixed';
  return {
    id,
    code,
    kind: gift?.kind ?? null,
    value: gift && !isSum ? Number(gift.value) : null,
    off: gift && isSum ? toMoney(gift.value) : null,
    uses: promo.maxUses,
    each: promo.perPerson,
    from: promo.startsOn,
    until: promo.endsOn,
    audience: promo.audience,
    plans: promo.planIds,
    on: promo.isActive,
    link: promoLink(scope, code),
  };
}
