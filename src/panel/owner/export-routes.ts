import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ExportContent } from '../../modules/exports/export-gateway.ts';
import type { Services } from '../../modules/services.ts';
import type { Language } from '../../shared/languages.ts';
import { type ExportBody, exportBody } from '../contract/exports.ts';
import { type PaymentFilter, paymentFilter } from '../contract/payments.ts';
import { tenantOf } from '../session/scope-guard.ts';
import { sessionOf } from '../session/session-guard.ts';

/** A table of a bot's, for a spreadsheet, as its rows are read. */
export type WriteExport = (content: ExportContent, language: Language) => Readable;

/** Exactly what a filter shows, as the file that the bot sends. */
export function exportRoutes(
  app: FastifyInstance,
  { services, writeExport }: { services: Pick<Services, 'exports'>; writeExport: WriteExport },
): void {
  const { exports } = services;
  const config = { gives: 'export' } as const;

  app.get<{ Querystring: PaymentFilter }>(
    '/payments.csv',
    { config, exposeHeadRoute: false, schema: { querystring: paymentFilter } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const rows = exports.payments(scope, actor, request.query);
      const file = writeExport({ what: 'payments', rows }, sessionOf(request).person.language);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${scope.botUsername}-payments.csv"`)
        .send(file);
    },
  );

  app.post<{ Body: ExportBody }>(
    '/exports',
    { config, schema: { body: exportBody } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      await exports.request(scope, actor, request.body);
      return reply.code(202).send();
    },
  );
}
