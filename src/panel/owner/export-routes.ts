import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExportContent } from '../../modules/exports/export-gateway.ts';
import type { Services } from '../../modules/services.ts';
import type { Language } from '../../shared/languages.ts';
import { type ExportBody, exportBody } from '../contract/exports.ts';
import { type PaymentFilter, paymentFilter } from '../contract/payments.ts';
import { type UsersFileQuery, usersFileQuery } from '../contract/users.ts';
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

  const asFile = { config, exposeHeadRoute: false };

  function send(
    request: FastifyRequest,
    reply: FastifyReply,
    content: ExportContent,
    name: string,
  ): FastifyReply {
    const { botUsername } = tenantOf(request).scope;
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${botUsername}-${name}.csv"`)
      .send(writeExport(content, sessionOf(request).person.language));
  }

  app.get<{ Querystring: PaymentFilter }>(
    '/payments.csv',
    { ...asFile, schema: { querystring: paymentFilter } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const rows = exports.payments(scope, actor, request.query);
      return send(request, reply, { what: 'payments', rows }, 'payments');
    },
  );

  app.get<{ Querystring: UsersFileQuery }>(
    '/users.csv',
    { ...asFile, schema: { querystring: usersFileQuery } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { endsBefore, sort: _, ...filter } = request.query;
      const before = endsBefore === undefined ? undefined : new Date(endsBefore);
      const rows = exports.endUsers(scope, actor, { ...filter, endsBefore: before });
      return send(request, reply, { what: 'users', rows }, 'people');
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
