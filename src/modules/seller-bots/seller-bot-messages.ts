import { z } from 'zod';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { BotGateway } from './bot-gateway.ts';
import { createIntroduceHandler } from './introduce-handler.ts';
import { createLaunchHandler } from './launch-handler.ts';
import { createRetireHandler } from './retire-handler.ts';

const ofBot = z.object({ botId: z.int() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** Webhook or poller; then the owner reads that the bot is ready. */
    'launch-bot': z.infer<typeof ofBot>;
    /** Commands and descriptions. */
    'introduce-bot': z.infer<typeof ofBot>;
    /** A removed bot's webhook goes. */
    'retire-bot': z.infer<typeof ofBot>;
  }
}

export function createSellerBotMessages(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  invalidate: (telegramBotId: bigint) => Promise<void>;
  gateway: BotGateway;
  moderatorIds: readonly bigint[];
}): OutboxDefinitions<'launch-bot' | 'introduce-bot' | 'retire-bot'> {
  return {
    'launch-bot': {
      payload: ofBot,
      handle: createLaunchHandler(deps),
      onUnknown: 'retry',
      endsWithBot: true,
      givenOver: { matter: 'launch', subject: async () => ({ person: null, title: '' }) },
    },
    'introduce-bot': {
      payload: ofBot,
      handle: createIntroduceHandler(deps),
      onUnknown: 'retry',
      endsWhenRefused: true,
      endsWithBot: true,
    },
    'retire-bot': { payload: ofBot, handle: createRetireHandler(deps), onUnknown: 'retry' },
  };
}
