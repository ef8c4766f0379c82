import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import { mayDo, type Right } from '../../kernel/rights.ts';
import type { Services } from '../../modules/services.ts';
import { type Bot, bot, botHealth } from '../contract/bots.ts';
import { confirmationAsked } from '../contract/confirmation.ts';
import { confirmed } from '../session/confirmed.ts';
import { type Tenant, tenantOf } from '../session/scope-guard.ts';
import { sessionOf } from '../session/session-guard.ts';
import { toBot, toHealth } from './bot-shapes.ts';

type Needed = Pick<
  Services,
  'botHealth' | 'channels' | 'endUsers' | 'panelConfirmations' | 'plans' | 'sellerBots'
>;

/** A bot's own page. */
export function botRoutes(app: FastifyInstance, services: Needed): void {
  const { botHealth: health, channels, endUsers, plans, sellerBots } = services;

  async function open(request: FastifyRequest): Promise<Bot> {
    const { scope, actor, role, bot: opened } = tenantOf(request);
    const [connected, priced, work] = await Promise.all([
      channels.listChannels(scope, actor),
      mayDo(role, 'shop') ? plans.listPlans(scope, actor) : [],
      sellerBots.readWork(scope, actor),
    ]);
    const isSuspended = role === 'owner' && sessionOf(request).person.banned;
    return toBot({ bot: opened, role, channels: connected, plans: priced, work, isSuspended });
  }

  const page = { config: { right: 'look' }, schema: { response: { 200: bot } } } as const;
  app.get('/', page, open);

  const changes: Readonly<
    Record<string, { right: Right | 'owner'; change: (tenant: Tenant) => Promise<void> }>
  > = {
    pause: { right: 'shop', change: ({ scope, actor }) => sellerBots.pauseBot(scope, actor) },
    resume: { right: 'shop', change: ({ scope, actor }) => sellerBots.resumeBot(scope, actor) },
    mute: { right: 'owner', change: ({ scope, actor }) => sellerBots.muteBot(scope, actor, true) },
    unmute: { right: 'owner', change: ({ scope, actor }) => sellerBots.muteBot(scope, actor, false) },
  };
  for (const [name, { right, change }] of Object.entries(changes)) {
    app.post(`/${name}`, { config: { right } }, async (request, reply) => {
      await change(tenantOf(request));
      return reply.code(204).send();
    });
  }

  app.post(
    '/check',
    { config: { right: 'shop' }, schema: { response: { 200: botHealth } } },
    async (request) => {
      const { scope, actor } = tenantOf(request);
      const found = await health.checkOwnBot(scope, actor);
      // Removed meanwhile.
      if (!found) throw new AppError('notFound');
      return toHealth(found, await endUsers.countClosed(scope, actor));
    },
  );

  app.delete(
    '/',
    { schema: { response: { 202: confirmationAsked, 204: z.null() } } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const asked = {
        action: 'removeBot',
        payload: { telegramBotId: String(scope.telegramBotId) },
      } as const;
      const answer = await confirmed(services, request, reply, asked, () =>
        sellerBots.removeBot(scope, actor),
      );
      if (answer) return answer;
      return reply.code(204).send();
    },
  );
}
