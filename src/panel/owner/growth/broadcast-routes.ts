import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { BroadcastChoice } from '../../../modules/broadcasts/broadcast-service.ts';
import type { Services } from '../../../modules/services.ts';
import {
  type BroadcastBody,
  type BroadcastChatParams,
  type BroadcastDetail,
  type BroadcastLanguageParams,
  type BroadcastPlanParams,
  type BroadcastSourceParams,
  type BroadcastStateParams,
  type BroadcastsPage,
  broadcastBody,
  broadcastChat,
  broadcastDetail,
  broadcastLanguage,
  broadcastPlan,
  broadcastSource,
  broadcastState,
  broadcastsPage,
} from '../../contract/growth/broadcasts.ts';
import { oneRow, pageQuery, rowId } from '../../contract/shapes.ts';
import { sentIdempotencyKeyOf } from '../../idempotency.ts';
import { readBefore, writeNext } from '../../keyset.ts';
import { tenantOf } from '../../session/scope-guard.ts';
import { sessionOf } from '../../session/session-guard.ts';
import { toBroadcast, toBroadcastDetail } from './broadcast-shapes.ts';

type OneRow = z.infer<typeof oneRow>;

/** Of which broadcast a route is, whatever else its address says. */
const ofOne = z.object({ id: rowId });

/** What is sent to many of a bot's people at once, by the words of the bot's own buttons. */
export function broadcastRoutes(
  app: FastifyInstance,
  { broadcasts, broadcastWriting }: Pick<Services, 'broadcasts' | 'broadcastWriting'>,
): void {
  async function open(request: FastifyRequest, id: number): Promise<BroadcastDetail> {
    const { scope, actor } = tenantOf(request);
    return toBroadcastDetail(scope, await broadcasts.open(scope, actor, id));
  }

  const current = (request: FastifyRequest) => open(request, ofOne.parse(request.params).id);
  const languageOf = (request: FastifyRequest) => sessionOf(request).person.language;

  app.get<{ Querystring: z.infer<typeof pageQuery> }>(
    '/broadcasts',
    { schema: { querystring: pageQuery, response: { 200: broadcastsPage } } },
    async (request): Promise<BroadcastsPage> => {
      const { scope, actor } = tenantOf(request);
      const { cursor, limit } = request.query;
      const { items, next } = await broadcasts.list(scope, actor, readBefore(cursor), limit);
      return { items: items.map(toBroadcast), next: writeNext(next) };
    },
  );

  app.get<{ Params: OneRow }>(
    '/broadcasts/:id',
    { schema: { params: oneRow, response: { 200: broadcastDetail } } },
    (request) => open(request, request.params.id),
  );

  app.post<{ Body: BroadcastBody }>(
    '/broadcasts',
    { schema: { body: broadcastBody, response: { 200: broadcastDetail } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      // Nothing is given by a draft: whoever sends no key wants another one each time.
      const act = `panel:${scope.botId}:${sentIdempotencyKeyOf(request) ?? randomUUID()}`;
      const said = { text: request.body.text, language: languageOf(request) };
      return open(request, await broadcastWriting.write(scope, { ...actor, act }, said));
    },
  );

  async function choose(
    request: FastifyRequest,
    reply: FastifyReply,
    { id, choice }: { id: number; choice: BroadcastChoice },
  ) {
    const { scope, actor } = tenantOf(request);
    await broadcasts.choose(scope, actor, id, choice);
    return reply.code(204).send();
  }

  app.post<{ Params: BroadcastStateParams }>(
    '/broadcasts/:id/seg/:state',
    { config: { current }, schema: { params: broadcastState } },
    (request, reply) => {
      const { id, state } = request.params;
      return choose(request, reply, { id, choice: { state } });
    },
  );

  app.post<{ Params: BroadcastChatParams }>(
    '/broadcasts/:id/chat/:channelId',
    { config: { current }, schema: { params: broadcastChat } },
    (request, reply) => {
      const { id, channelId } = request.params;
      return choose(request, reply, { id, choice: { chat: channelId || null } });
    },
  );

  app.post<{ Params: BroadcastSourceParams }>(
    '/broadcasts/:id/from/:sourceId',
    { config: { current }, schema: { params: broadcastSource } },
    (request, reply) => {
      const { id, sourceId } = request.params;
      return choose(request, reply, { id, choice: { source: sourceId || null } });
    },
  );

  app.post<{ Params: BroadcastLanguageParams }>(
    '/broadcasts/:id/lang/:language',
    { config: { current }, schema: { params: broadcastLanguage } },
    (request, reply) => {
      const { id, language } = request.params;
      return choose(request, reply, { id, choice: { language: language === 'all' ? null : language } });
    },
  );

  app.post<{ Params: BroadcastPlanParams }>(
    '/broadcasts/:id/plan/:planId',
    { config: { current }, schema: { params: broadcastPlan } },
    (request, reply) => {
      const { id, planId } = request.params;
      return choose(request, reply, { id, choice: { planId: planId || null } });
    },
  );

  app.post<{ Params: OneRow }>(
    '/broadcasts/:id/test',
    { config: { current }, schema: { params: oneRow } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      await broadcastWriting.test(scope, actor, request.params.id, languageOf(request));
      return reply.code(204).send();
    },
  );

  for (const word of ['start', 'pause', 'resume', 'cancel'] as const) {
    app.post<{ Params: OneRow }>(
      `/broadcasts/:id/${word}`,
      { config: { current }, schema: { params: oneRow } },
      async (request, reply) => {
        const { scope, actor } = tenantOf(request);
        await broadcasts[word](scope, actor, request.params.id);
        return reply.code(204).send();
      },
    );
  }
}
