import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Services } from '../../modules/services.ts';
import {
  type PaymentFilter,
  type PaymentsQuery,
  paymentDetail,
  paymentFilter,
  paymentsPage,
  paymentsQuery,
  paymentTotals,
} from '../contract/payments.ts';
import { oneRow } from '../contract/shapes.ts';
import { placeById, readCursor, writeCursor } from '../keyset.ts';
import { tenantOf } from '../session/scope-guard.ts';
import { toMoney } from '../shapes.ts';
import { toDecision, toPayment } from './payment-shapes.ts';

/** Everything that people paid, or were to pay. */
export function paymentRoutes(
  app: FastifyInstance,
  { paymentDesk: desk }: Pick<Services, 'paymentDesk'>,
): void {
  app.get<{ Querystring: PaymentsQuery }>(
    '/payments',
    { schema: { querystring: paymentsQuery, response: { 200: paymentsPage } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const { cursor, limit, ...filter } = request.query;
      const before = readCursor(cursor, placeById);
      const { items, next } = await desk.list(scope, actor, filter, { before, limit });
      return { items: items.map(toPayment), next: next === null ? null : writeCursor([next]) };
    },
  );

  app.get<{ Querystring: PaymentFilter }>(
    '/payments/totals',
    { schema: { querystring: paymentFilter, response: { 200: paymentTotals } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const { count, sums, hasMore } = await desk.sum(scope, actor, request.query);
      return { count, sums: sums.map(({ amount, currency }) => toMoney(amount, currency)), more: hasMore };
    },
  );

  app.get<{ Params: z.infer<typeof oneRow> }>(
    '/payments/:id',
    { schema: { params: oneRow, response: { 200: paymentDetail } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const story = await desk.open(scope, actor, request.params.id);
      return {
        ...toPayment(story),
        attempts: story.attempts.map(({ id, provider, providerTxnId, state, currency, amount, at }) => ({
          id,
          provider,
          number: providerTxnId,
          state,
          amount: toMoney(amount, currency),
          at: at.toISOString(),
        })),
        decisions: story.decisions.map(toDecision),
      };
    },
  );
}
