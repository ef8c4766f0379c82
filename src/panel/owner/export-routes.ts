import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ExportContent } from '../../modules/exports/export-gateway.ts';
import type { Services } from '../../modules/services.ts';
import type { Language } from '../../shared/languages.ts';
import { type ExportBody, exportBody } from '../contract/exports.ts';
import { type PaymentFilter, paymentFilter } from '../contract/payments.ts';
import { type UsersFileQuery, usersFileQuery } from '../contract/users.ts';
import { tenantOf } from '../session/scope-guard.ts';
import { sessionOf } from '../session/session-guard.ts';
import { AS_FILE, sendTable } from '../table-file.ts';

/** A table of a bot's, for a spreadsheet, as its rows are read. */
export type WriteExport = (content: ExportContent, language: Language) => Readable;

/** Exactly what a filter shows, as the file that the bot sends. */
export function exportRoutes(
  app: FastifyInstance,
  { services, writeExport }: { services: Pick<Services, 'exports'>; writeExport: WriteExport },
): void {
  const { exports } = services;
  const write = (request: FastifyRequest, content: ExportContent) =>
    writeExport(content, sessionOf(request).person.language);

  app.get<{ Querystring: PaymentFilter }>(
    '/payments.csv',
    { ...AS_FILE, schema: { querystring: paymentFilter } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const rows = exports.payments(scope, actor, request.query);
      return sendTable(reply, write(request, { what: 'payments', rows }), `${scope.botUsername}-payments`);
    },
  );

  app.get<{ Querystring: UsersFileQuery }>(
    '/users.csv',
    { ...AS_FILE, schema: { querystring: usersFileQuery } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { endsBefore, sort: _, ...filter } = request.query;
      const before = endsBefore === undefined ? undefined : new Date(endsBefore);
      const rows = exports.endUsers(scope, actor, { ...filter, endsBefore: before });
      return sendTable(reply, write(request, { what: 'users', rows }), `${scope.botUsername}-people`);
    },
  );

  app.post<{ Body: ExportBody }>(
    '/exports',
    { config: AS_FILE.config, schema: { body: exportBody } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      await exports.request(scope, actor, request.body);
      return reply.code(202).send();
    },
  );
}
