import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type TeamActor, teamActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Right, TeamRole } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { SellerBot } from '../../modules/seller-bots/seller-bot.ts';
import type { Services } from '../../modules/services.ts';
import { telegramId } from '../contract/shapes.ts';
import { sessionOf } from './session-guard.ts';

/** In which bot somebody acts, and as whom: no route below a bot sees another way to a tenant. */
export interface Tenant {
  scope: TenantScope;
  actor: TeamActor;
  /** As what, when the request came. */
  role: TeamRole;
  /** As it was when the request came. */
  bot: SellerBot;
}

declare module 'fastify' {
  interface FastifyRequest {
    tenant: Tenant | null;
  }
  interface FastifyContextConfig {
    /** By which whoever helps the owner may ask it, too; absent, as `owner`: nobody else. */
    right?: Right | 'owner';
  }
}

/** Opens the bot of the address for whoever asks, before anything else of the request is read. */
export function guardTenants(
  app: FastifyInstance,
  { sellerBots }: { sellerBots: Pick<Services['sellerBots'], 'openBot'> },
): void {
  app.decorateRequest('tenant', null);
  app.addHook<{ Params: { botId: string } }>('onRequest', async (request) => {
    const { botId } = request.params;
    if (!telegramId.safeParse(botId).success) throw new AppError('notFound');
    const { telegramUserId } = sessionOf(request).person;
    const { right = 'owner' } = request.routeOptions.config;
    const opened = await sellerBots.openBot(
      { kind: 'owner', telegramUserId },
      BigInt(botId),
      right === 'owner' ? undefined : right,
    );
    request.tenant = { actor: teamActor(opened.scope, { telegramUserId }), ...opened };
  });
}

/** Of routes that say nothing else: whoever has this right may ask them as well as the owner. */
export function grant(app: FastifyInstance, right: Right): void {
  app.addHook('onRoute', (route) => {
    route.config = { right, ...route.config };
  });
}

/** @throws AppError `notFound` where no bot was opened */
export function tenantOf({ tenant }: FastifyRequest): Tenant {
  if (!tenant) throw new AppError('notFound');
  return tenant;
}
