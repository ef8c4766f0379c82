import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ConfirmedRequest } from '../../modules/panel-access/confirmed-actions.ts';
import type { Services } from '../../modules/services.ts';
import { confirmationAsked } from '../contract/confirmation.ts';
import {
  type GrantTariffBody,
  grantTariffBody,
  type OwnersQuery,
  oneBot,
  oneOwner,
  ownerDetail,
  ownersPage,
  ownersQuery,
} from '../contract/moderator/owners.ts';
import { idempotencyKeyOf } from '../idempotency.ts';
import { placeById, readCursor, writeCursor } from '../keyset.ts';
import { confirmed } from '../session/confirmed.ts';
import { moderatorOf } from '../session/moderator-guard.ts';
import { toMoney } from '../shapes.ts';
import { toListedOwner, toPurpose } from './moderator-shapes.ts';

type OneOwner = z.infer<typeof oneOwner>;
type OneBot = z.infer<typeof oneBot>;

/** Owners, and what a moderator may do for or against them. */
export function ownerRoutes(
  app: FastifyInstance,
  services: Pick<Services, 'moderation' | 'panelConfirmations' | 'platformDesk' | 'tariffs'>,
): void {
  const { moderation, platformDesk: desk, tariffs } = services;

  app.get<{ Querystring: OwnersQuery }>(
    '/owners',
    { schema: { querystring: ownersQuery, response: { 200: ownersPage } } },
    async (request) => {
      const { cursor, limit, ...filter } = request.query;
      const before = readCursor(cursor, placeById);
      const { items, next } = await desk.listOwners(moderatorOf(request), filter, { before, limit });
      return { items: items.map(toListedOwner), next: next === null ? null : writeCursor([next]) };
    },
  );

  app.get<{ Params: OneOwner }>(
    '/owners/:id',
    { schema: { params: oneOwner, response: { 200: ownerDetail } } },
    async (request) => {
      const actor = moderatorOf(request);
      const { id } = request.params;
      const [record, page] = await Promise.all([desk.openOwner(actor, id), moderation.openOwner(actor, id)]);
      const { invitedBy, bots, tariffPayments } = page;
      return {
        ...toListedOwner(record),
        invitedBy: invitedBy && { name: invitedBy.fullName, username: invitedBy.username },
        bots: bots.map(({ telegramBotId, username, state, team }) => ({
          id: String(telegramBotId),
          username,
          state,
          team: team.map(({ id, fullName, role, ...manager }) => ({
            id,
            name: fullName,
            username: manager.username,
            role,
          })),
        })),
        tariffPayments: tariffPayments.map(({ status, purpose, amount, createdAt, ...payment }) => ({
          id: payment.id,
          state: status,
          purpose: toPurpose(purpose),
          amount: toMoney(amount),
          createdAt: createdAt.toISOString(),
        })),
      };
    },
  );

  /** A browser waits for a word in Telegram. */
  const waits = (params: z.ZodType) => ({ schema: { params, response: { 202: confirmationAsked } } });

  async function decide(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: ConfirmedRequest & { key?: string },
    act: () => Promise<unknown>,
  ) {
    return confirmed(services, request, reply, asked, async () => {
      await act();
      return reply.code(204).send();
    });
  }

  for (const [path, action, banned] of [
    ['/owners/:id/ban', 'banOwner', true],
    ['/owners/:id/unban', 'unbanOwner', false],
  ] as const) {
    app.post<{ Params: OneOwner }>(path, waits(oneOwner), async (request, reply) => {
      const ownerId = request.params.id;
      return decide(request, reply, { action, payload: { ownerId } }, () =>
        moderation.setOwnerBanned(moderatorOf(request), { ownerId, banned }),
      );
    });
  }

  app.post<{ Params: OneOwner; Body: GrantTariffBody }>(
    '/owners/:id/tariff',
    { schema: { ...waits(oneOwner).schema, body: grantTariffBody } },
    async (request, reply) => {
      const key = `tariff:${idempotencyKeyOf(request)}`;
      const granted = { ownerId: request.params.id, months: request.body.months };
      return decide(request, reply, { action: 'grantTariff', payload: granted, key }, () =>
        tariffs.grant({ ...moderatorOf(request), act: `panel:${key}` }, granted),
      );
    },
  );

  app.post<{ Params: OneBot }>('/bots/:botId/release', waits(oneBot), async (request, reply) => {
    const telegramBotId = request.params.botId;
    return decide(request, reply, { action: 'releaseBot', payload: { telegramBotId } }, () =>
      moderation.releaseBot(moderatorOf(request), BigInt(telegramBotId)),
    );
  });
}
