import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Services } from '../../modules/services.ts';
import { tellEach } from '../bulk-answers.ts';
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

type OneRow = z.infer<typeof oneRow>;

const place = z.tuple([placeAt, sentId]).transform(([at, id]) => ({ at, id }));

/** The receipts desk. */
export function receiptRoutes(
  app: FastifyInstance,
  { services, files }: { services: Pick<Services, 'receiptDesk'>; files: ReceiptFiles },
): void {
  const { receiptDesk: desk } = services;

  async function open(request: FastifyRequest): Promise<Receipt> {
    const { scope, actor, role } = tenantOf(request);
    return toReceipt(await desk.open(scope, actor, oneRow.parse(request.params).id), role);
  }

  app.get<{ Querystring: ReceiptsQuery }>(
    '/receipts',
    { schema: { querystring: receiptsQuery, response: { 200: receiptsPage } } },
    async (request) => {
      const { scope, actor, role } = tenantOf(request);
      const { cursor, limit, ...filter } = request.query;
      const after = readCursor(cursor, place);
      const { items, next, total } = await desk.list(scope, actor, filter, { after, limit });
      return {
        items: items.map((one) => toListedReceipt(one, role)),
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
    await desk.approve(scope, actor, request.params.id);
    return open(request);
  });

  app.post<{ Params: OneRow; Body: RejectBody }>(
    '/receipts/:id/reject',
    { ...decision, schema: { ...decision.schema, body: rejectBody } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      await desk.reject(scope, actor, { paymentId: request.params.id, ...request.body });
      return open(request);
    },
  );

  const takingBack = { ...decision, config: { ...decision.config, right: 'shop' } } as const;
  app.post<{ Params: OneRow }>('/receipts/:id/revert', takingBack, async (request) => {
    const { scope, actor } = tenantOf(request);
    await desk.takeBack(scope, actor, request.params.id);
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
      const { scope, actor, role } = tenantOf(request);
      const { decisions } = request.body;
      const ids = decisions.map(({ id }) => id);
      const outcomes = await desk.decideEach(scope, actor, decisions);
      const results = await tellEach(request, ids, outcomes, {
        tell: (state) => ({ state }),
        readEach: (refused) => desk.readEach(scope, actor, refused),
        show: (one) => toListedReceipt(one, role),
      });
      return { results };
    },
  );
}
