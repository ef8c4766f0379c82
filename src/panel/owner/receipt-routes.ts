import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { DeskReceipt } from '../../modules/payments/desk/receipt-desk-service.ts';
import type { Services } from '../../modules/services.ts';
import { sayRefusal } from '../answers.ts';
import {
  type DecisionsBody,
  decisionResults,
  decisionsBody,
  type Receipt,
  type ReceiptsQuery,
  type RejectBody,
  receipt,
  receiptsPage,
  receiptsQuery,
  rejectBody,
} from '../contract/receipts.ts';
import { oneRow, sentId } from '../contract/shapes.ts';
import { placeAt, readCursor, writeCursor } from '../keyset.ts';
import type { ReceiptFiles } from '../receipt-file.ts';
import { tenantOf } from '../session/scope-guard.ts';
import { toListedReceipt, toReceipt } from './payment-shapes.ts';

const shown = (receipt: DeskReceipt | null) => receipt && toListedReceipt(receipt);

type OneRow = z.infer<typeof oneRow>;

const place = z.tuple([placeAt, sentId]).transform(([at, id]) => ({ at, id }));

/** The receipts desk. */
export function receiptRoutes(
  app: FastifyInstance,
  { services, files }: { services: Pick<Services, 'receiptDesk' | 'reviews'>; files: ReceiptFiles },
): void {
  const { receiptDesk: desk, reviews } = services;

  async function open(request: FastifyRequest): Promise<Receipt> {
    const { scope, actor } = tenantOf(request);
    return toReceipt(await desk.open(scope, actor, oneRow.parse(request.params).id));
  }

  app.get<{ Querystring: ReceiptsQuery }>(
    '/receipts',
    { schema: { querystring: receiptsQuery, response: { 200: receiptsPage } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const { cursor, limit, ...filter } = request.query;
      const after = readCursor(cursor, place);
      const { items, next, total } = await desk.list(scope, actor, filter, { after, limit });
      return {
        items: items.map(toListedReceipt),
        next: next && writeCursor([next.at.toISOString(), next.id]),
        total,
      };
    },
  );

  app.get('/receipts/:id', { schema: { params: oneRow, response: { 200: receipt } } }, open);

  app.get<{ Params: OneRow }>(
    '/receipts/:id/file',
    { config: { gives: 'file' }, exposeHeadRoute: false, schema: { params: oneRow } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      return files.send(request, reply, await desk.findFile(scope, actor, request.params.id));
    },
  );

  /** A decision, and the receipt as it stands after it; whoever comes second sees how it stands. */
  const decision = { config: { current: open }, schema: { params: oneRow, response: { 200: receipt } } };

  app.post<{ Params: OneRow }>('/receipts/:id/approve', decision, async (request) => {
    const { scope, actor } = tenantOf(request);
    await reviews.approvePayment(scope, actor, request.params.id);
    return open(request);
  });

  app.post<{ Params: OneRow; Body: RejectBody }>(
    '/receipts/:id/reject',
    { ...decision, schema: { ...decision.schema, body: rejectBody } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const { body, params } = request;
      const paymentId = params.id;
      if ('text' in body) await reviews.rejectPaymentInWords(scope, actor, { paymentId, words: body.text });
      else await reviews.rejectPayment(scope, actor, { paymentId, reason: body.reason });
      return open(request);
    },
  );

  app.post<{ Params: OneRow }>('/receipts/:id/revert', decision, async (request) => {
    const { scope, actor } = tenantOf(request);
    await reviews.reversePayment(scope, actor, request.params.id);
    return open(request);
  });

  app.post<{ Params: OneRow }>(
    '/receipts/:id/show',
    { config: { current: open }, schema: { params: oneRow } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      await desk.showInChat(scope, actor, request.params.id);
      return reply.code(204).send();
    },
  );

  app.post<{ Body: DecisionsBody }>(
    '/receipts/decisions',
    { schema: { body: decisionsBody, response: { 200: decisionResults } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const results = await desk.decideEach(scope, actor, request.body.decisions);
      return {
        results: results.map((result) =>
          'error' in result
            ? { id: result.id, ok: false, error: sayRefusal(request, result.error, shown(result.receipt)) }
            : { id: result.id, ok: true, state: result.status },
        ),
      };
    },
  );
}
