import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Plan } from '../../modules/plans/plan.ts';
import type { Services } from '../../modules/services.ts';
import type { PlanSales } from '../../modules/statistics/plan-sales.ts';
import { type Plans, type PriceBody, plans as plansAnswer, priceBody } from '../contract/plans.ts';
import { oneRow } from '../contract/shapes.ts';
import { tenantOf } from '../session/scope-guard.ts';
import { toMoney, toPlanName } from '../shapes.ts';

type PlanShape = Plans['chats'][number]['plans'][number];

const NONE: PlanSales = { holders: 0, earned: 0n };

/** What a bot sells, for how much. */
export function planRoutes(
  app: FastifyInstance,
  { channels, plans, statistics }: Pick<Services, 'channels' | 'plans' | 'statistics'>,
): void {
  async function list(request: FastifyRequest): Promise<Plans> {
    const { scope, actor } = tenantOf(request);
    const [connected, priced, sales] = await Promise.all([
      channels.listChannels(scope, actor),
      plans.listPlans(scope, actor),
      statistics.readPlanSales(scope, actor),
    ]);
    // The standard ones first, of which a chat has one each: their prices are set by their months.
    const inOrder = [
      ...priced.filter(({ isCustom }) => !isCustom),
      ...priced.filter(({ isCustom }) => isCustom),
    ];
    return {
      chats: connected.map(({ id, title }) => ({
        id,
        title,
        plans: inOrder
          .filter(({ channelId }) => channelId === id)
          .map((plan) => toPlan(plan, sales.get(plan.id) ?? NONE)),
      })),
    };
  }

  async function current(request: FastifyRequest): Promise<PlanShape | undefined> {
    const { id } = oneRow.parse(request.params);
    const { chats } = await list(request);
    return chats.flatMap((chat) => chat.plans).find((plan) => plan.id === id);
  }

  app.get('/plans', { schema: { response: { 200: plansAnswer } } }, list);

  app.put<{ Body: PriceBody }>('/plans', { schema: { body: priceBody } }, async (request, reply) => {
    const { scope, actor } = tenantOf(request);
    const { channelId, months, price } = request.body;
    await plans.setPrice(scope, actor, { channelId, months, text: price });
    return reply.code(204).send();
  });

  for (const state of ['on', 'off'] as const) {
    app.post<{ Params: z.infer<typeof oneRow> }>(
      `/plans/:id/${state}`,
      { config: { current }, schema: { params: oneRow } },
      async (request, reply) => {
        const { scope, actor } = tenantOf(request);
        const { id: planId } = request.params;
        await plans.switchPlan(scope, actor, { planId, isActive: state === 'on' });
        return reply.code(204).send();
      },
    );
  }
}

function toPlan(plan: Plan, { holders, earned }: PlanSales): PlanShape {
  return {
    ...toPlanName(plan, plan.duration),
    price: toMoney(plan.price),
    on: plan.isActive,
    holders,
    earned30: toMoney(earned),
  };
}
