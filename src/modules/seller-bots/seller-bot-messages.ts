import { z } from 'zod';
import type { OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import type { BotGateway } from './bot-gateway.ts';
import { createIntroduceHandler } from './introduce-handler.ts';
import { createLaunchHandler } from './launch-handler.ts';
import { createReplaceTokenHandler } from './managed/changed-hands.ts';
import { createManagedBotHandler, type ManagedBotDeps } from './managed/managed-bot-handler.ts';
import { createRetireHandler } from './retire-handler.ts';

const ofBot = z.object({ botId: z.int() });
const launchBot = ofBot.extend({ isQuiet: z.boolean().optional() });
const heedManagedBot = z.object({ telegramBotId: z.string(), telegramUserId: z.string() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** Webhook or poller; then the owner reads that the bot is ready, unless it mended itself quietly. */
    'launch-bot': z.infer<typeof launchBot>;
    /** The main bot manages this bot, and it is new, has another token, or is this person's now. */
    'heed-managed-bot': z.infer<typeof heedManagedBot>;
    /** Its former owner knows the token that a bot was given on with. */
    'replace-token': z.infer<typeof ofBot>;
    /** Commands and descriptions. */
    'introduce-bot': z.infer<typeof ofBot>;
    /** A removed bot's webhook goes. */
    'retire-bot': z.infer<typeof ofBot>;
  }
}

export function createSellerBotMessages(
  deps: ManagedBotDeps & { gateway: BotGateway },
): OutboxDefinitions<'launch-bot' | 'introduce-bot' | 'retire-bot' | 'heed-managed-bot' | 'replace-token'> {
  return {
    'heed-managed-bot': {
      payload: heedManagedBot,
      handle: createManagedBotHandler(deps),
      onUnknown: 'retry',
      endsWhenRefused: true,
    },
    'replace-token': {
      payload: ofBot,
      handle: createReplaceTokenHandler(deps),
      onUnknown: 'retry',
      endsWithBot: true,
    },
    'launch-bot': {
      payload: launchBot,
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
