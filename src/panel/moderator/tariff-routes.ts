import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Services } from '../../modules/services.ts';
import {
  type Connection,
  type ConnectionsQuery,
  connection,
  connectionsPage,
  connectionsQuery,
} from '../contract/moderator/connections.ts';
import { oneOwner } from '../contract/moderator/owners.ts';
import {
  type TariffDetail,
  type TariffsQuery,
  tariffDetail,
  tariffsPage,
  tariffsQuery,
} from '../contract/moderator/tariffs.ts';
import { sentId } from '../contract/shapes.ts';
import { placeAt, readCursor, writeCursor } from '../keyset.ts';
import type { ReceiptFiles } from '../receipt-file.ts';
import { moderatorOf } from '../session/moderator-guard.ts';
import { toConnection, toTariffDetail, toTariffReceipt } from './moderator-shapes.ts';

const oneRow = oneOwner;
type OneRow = z.infer<typeof oneRow>;

const tariffPlace = z.tuple([placeAt, sentId]).transform(([at, id]) => ({ at, id }));
const connectionPlace = z.tuple([z.string()]);

/** What owners paid the platform, and the providers that they connect. */
export function tariffRoutes(
  app: FastifyInstance,
  {
    services,
    files,
  }: { services: Pick<Services, 'tariffDesk' | 'tariffs' | 'connections'>; files: ReceiptFiles },
): void {
  const { tariffDesk: desk, tariffs, connections } = services;

  const openTariff = async (request: FastifyRequest): Promise<TariffDetail> =>
    toTariffDetail(await desk.open(moderatorOf(request), oneRow.parse(request.params).id));

  app.get<{ Querystring: TariffsQuery }>(
    '/tariffs',
    { schema: { querystring: tariffsQuery, response: { 200: tariffsPage } } },
    async (request) => {
      const { cursor, limit, ...filter } = request.query;
      const after = readCursor(cursor, tariffPlace);
      const { items, next, total } = await desk.list(moderatorOf(request), filter, { after, limit });
      return {
        items: items.map(toTariffReceipt),
        next: next && writeCursor([next.at.toISOString(), next.id]),
        total,
      };
    },
  );

  app.get('/tariffs/:id', { schema: { params: oneRow, response: { 200: tariffDetail } } }, openTariff);

  app.get<{ Params: OneRow }>(
    '/tariffs/:id/file',
    { config: { gives: 'file' }, exposeHeadRoute: false, schema: { params: oneRow } },
    async (request, reply) =>
      files.send(request, reply, await desk.findFile(moderatorOf(request), request.params.id)),
  );

  for (const decision of ['approve', 'reject'] as const) {
    app.post<{ Params: OneRow }>(
      `/tariffs/:id/${decision}`,
      { config: { current: openTariff }, schema: { params: oneRow, response: { 200: tariffDetail } } },
      async (request) => {
        await tariffs[decision](moderatorOf(request), request.params.id);
        return openTariff(request);
      },
    );
  }

  const openConnection = async (request: FastifyRequest): Promise<Connection> =>
    toConnection(await connections.open(moderatorOf(request), oneRow.parse(request.params).id));

  app.get<{ Querystring: ConnectionsQuery }>(
    '/connections',
    { schema: { querystring: connectionsQuery, response: { 200: connectionsPage } } },
    async (request) => {
      const { cursor, limit, state } = request.query;
      const [before] = readCursor(cursor, connectionPlace) ?? ['0'];
      const { items, next } = await connections.list(moderatorOf(request), before, { state, limit });
      return { items: items.map(toConnection), next: next === null ? null : writeCursor([next]) };
    },
  );

  for (const [path, decide] of [
    ['waive', 'waiveFee'],
    ['live', 'goLive'],
    ['test', 'backToTest'],
  ] as const) {
    app.post<{ Params: OneRow }>(
      `/connections/:id/${path}`,
      { config: { current: openConnection }, schema: { params: oneRow, response: { 200: connection } } },
      async (request) => {
        await connections[decide](moderatorOf(request), request.params.id);
        return openConnection(request);
      },
    );
  }
}
