import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OwnerActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { SellerBot } from '../../modules/seller-bots/seller-bot.ts';
import type { Services } from '../../modules/services.ts';
import { telegramId } from '../contract/shapes.ts';
import { sessionOf } from './session-guard.ts';

/** In which bot somebody acts, and as whom: no route below a bot sees another way to a tenant. */
export interface Tenant {
  scope: TenantScope;
  actor: OwnerActor;
  /** As it was when the request came. */
  bot: SellerBot;
}

declare module 'fastify' {
  interface FastifyRequest {
    tenant: Tenant | null;
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
    const actor = { kind: 'owner', telegramUserId } as const;
    request.tenant = { actor, ...(await sellerBots.openBot(actor, BigInt(botId))) };
  });
}

/** @throws AppError `notFound` where no bot was opened */
export function tenantOf({ tenant }: FastifyRequest): Tenant {
  if (!tenant) throw new AppError('notFound');
  return tenant;
}
