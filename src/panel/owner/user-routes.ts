import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PeopleAction, PeoplePlace } from '../../modules/profiles/people-service.ts';
import type { Services } from '../../modules/services.ts';
import { tellEach } from '../bulk-answers.ts';
import { oneRow, sentId } from '../contract/shapes.ts';
import {
  type GrantBody,
  grantBody,
  type UserDetail,
  type UsersBulkBody,
  type UsersQuery,
  userDetail,
  usersBulkBody,
  usersBulkResults,
  usersPage,
  usersQuery,
} from '../contract/users.ts';
import { idempotencyKeyOf } from '../idempotency.ts';
import { placeAt, readCursor, writeCursor } from '../keyset.ts';
import { tenantOf } from '../session/scope-guard.ts';
import { toUser, toUserDetail } from './user-shapes.ts';

type OneRow = z.infer<typeof oneRow>;

const place = z.tuple([sentId, placeAt.nullable()]).transform(([id, until]): PeoplePlace => ({ id, until }));

/** A bot's people: all of them by filters, one with everything, and what is done about them. */
export function userRoutes(app: FastifyInstance, { people }: Pick<Services, 'people'>): void {
  async function open(request: FastifyRequest): Promise<UserDetail> {
    const { scope, actor } = tenantOf(request);
    return toUserDetail(await people.open(scope, actor, oneRow.parse(request.params).id));
  }

  app.get<{ Querystring: UsersQuery }>(
    '/users',
    { schema: { querystring: usersQuery, response: { 200: usersPage } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const { cursor, limit, sort, endsBefore, ...filter } = request.query;
      const after = readCursor(cursor, place);
      const before = endsBefore === undefined ? undefined : new Date(endsBefore);
      const meant = { ...filter, endsBefore: before };
      const { items, next } = await people.list(scope, actor, meant, { sort, after, limit });
      return {
        items: items.map(toUser),
        next: next && writeCursor([next.id, next.until?.toISOString() ?? null]),
      };
    },
  );

  app.get('/users/:id', { schema: { params: oneRow, response: { 200: userDetail } } }, open);

  /** Whoever is refused sees how that person stands. */
  const change = { config: { current: open }, schema: { params: oneRow } };

  async function actOn(request: FastifyRequest<{ Params: OneRow }>, action: PeopleAction): Promise<void> {
    const { scope, actor } = tenantOf(request);
    await people.actOn(scope, actor, request.params.id, action);
  }

  app.post<{ Params: OneRow; Body: GrantBody }>(
    '/users/:id/grant',
    { ...change, config: { ...change.config, right: 'shop' }, schema: { ...change.schema, body: grantBody } },
    async (request, reply) => {
      const press = pressOf(request);
      await actOn(request, { action: 'grant', planId: request.body.planId, press });
      return reply.code(204).send();
    },
  );

  const rights = { ban: 'shop', unban: 'shop', link: 'people' } as const;
  for (const action of ['ban', 'unban', 'link'] as const) {
    const config = { ...change.config, right: rights[action] };
    app.post<{ Params: OneRow }>(`/users/:id/${action}`, { ...change, config }, async (request, reply) => {
      await actOn(request, { action });
      return reply.code(204).send();
    });
  }

  app.post<{ Body: UsersBulkBody }>(
    '/users/bulk',
    { schema: { body: usersBulkBody, response: { 200: usersBulkResults } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const { ids, ...asked } = request.body;
      const action: PeopleAction = asked.action === 'grant' ? { ...asked, press: pressOf(request) } : asked;
      const outcomes = await people.actOnEach(scope, actor, ids, action);
      const results = await tellEach(request, ids, outcomes, {
        tell: () => ({}),
        readEach: (refused) => people.readEach(scope, actor, refused),
        show: toUser,
      });
      return { results };
    },
  );
}

/** Of the bot that it acts in: the same key elsewhere is another one. */
function pressOf(request: FastifyRequest): string {
  return `panel:${tenantOf(request).scope.botId}:${idempotencyKeyOf(request)}`;
}
