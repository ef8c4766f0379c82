import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { DeskRefund } from '../../modules/payments/refunds/refund-desk.ts';
import type { Services } from '../../modules/services.ts';
import { type Refund, refundsPage } from '../contract/refunds.ts';
import { oneRow, pageQuery } from '../contract/shapes.ts';
import { placeById, readCursor, writeCursor } from '../keyset.ts';
import { type Tenant, tenantOf } from '../session/scope-guard.ts';
import { toMoney, toPerson, toPlanName } from '../shapes.ts';

/** Money that came and gave nothing: its owner returns it, or gives time instead. */
export function refundRoutes(
  app: FastifyInstance,
  { refundDesk: desk, refunds }: Pick<Services, 'refundDesk' | 'refunds'>,
): void {
  app.get<{ Querystring: z.infer<typeof pageQuery> }>(
    '/refunds',
    { schema: { querystring: pageQuery, response: { 200: refundsPage } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const { cursor, limit } = request.query;
      const after = readCursor(cursor, placeById) ?? 0;
      const { items, next } = await desk.list(scope, actor, { after, limit });
      return { items: items.map(toAnswer), next: next === null ? null : writeCursor([next]) };
    },
  );

  const change =
    (make: (tenant: Tenant, refundId: number) => Promise<void>) =>
    async (request: FastifyRequest<{ Params: z.infer<typeof oneRow> }>, reply: FastifyReply) => {
      await make(tenantOf(request), request.params.id);
      return reply.code(204).send();
    };
  /** Whoever comes second sees how it stands. */
  async function current(request: FastifyRequest): Promise<Refund> {
    const { scope, actor } = tenantOf(request);
    return toAnswer(await desk.open(scope, actor, oneRow.parse(request.params).id));
  }
  const ofOne = { config: { current }, schema: { params: oneRow } };
  app.post(
    '/refunds/:id/send',
    ofOne,
    change(({ scope, actor }, id) => refunds.send(scope, actor, id)),
  );
  app.post(
    '/refunds/:id/done',
    ofOne,
    change(({ scope, actor }, id) => refunds.markDone(scope, actor, id)),
  );
  app.post(
    '/refunds/:id/credit',
    ofOne,
    change(({ scope, actor }, id) => refunds.credit(scope, actor, id)),
  );
}

function toAnswer(refund: DeskRefund): Refund {
  const { id, status, currency, amount, providerTxnId, note, createdAt, can } = refund;
  const common = {
    id,
    state: status,
    amount: toMoney(amount, currency),
    number: providerTxnId,
    note,
    createdAt: createdAt.toISOString(),
    can,
  };
  if (refund.person === null) {
    const unknown = { payer: null, plan: null, chats: [], paymentId: null };
    return { ...common, ...unknown, provider: 'stars', reason: 'foreign', mayBeDone: false };
  }
  const { purchase, provider, paymentId, reason, mayBeDone } = refund;
  return {
    ...common,
    provider,
    payer: toPerson(purchase.payer),
    plan: toPlanName(purchase.plan, purchase.duration),
    chats: purchase.chats,
    paymentId,
    reason,
    mayBeDone,
  };
}
