import { z } from 'zod';
import { telegramId } from './shapes.ts';

const botChat = z.strictObject({
  id: z.int(),
  title: z.string(),
  type: z.enum(['channel', 'group']),
  canInvite: z.boolean(),
  canRestrict: z.boolean(),
  /** A group that sells nothing until Telegram makes it a supergroup. */
  basic: z.boolean(),
});

/** A bot's page. */
export const bot = z.strictObject({
  id: telegramId,
  username: z.string(),
  name: z.string(),
  state: z.enum(['sells', 'setup', 'paused', 'dead']),
  /** What keeps it from selling; null: nothing that its owner could do here. */
  nextStep: z.enum(['chat', 'rights', 'plan', 'card']).nullable(),
  paused: z.boolean(),
  muted: z.boolean(),
  chats: z.array(botChat),
  /** People with access. */
  live: z.int().nullable(),
  /** Receipts under review. */
  waiting: z.int().nullable(),
  link: z.string(),
});
export type Bot = z.infer<typeof bot>;

/** What a check of it found. */
export const botHealth = z.strictObject({
  /** `unknown`: Telegram does not answer now. */
  token: z.enum(['alive', 'dead', 'unknown']),
  webhook: z
    .strictObject({
      /** It is ours now. */
      ours: z.boolean(),
      /** Somebody else was at the bot since the last check. */
      wasTaken: z.boolean(),
      /** Updates that Telegram still holds. */
      waiting: z.int(),
      lastError: z.string().nullable(),
    })
    .nullable(),
  chats: z.array(
    z.strictObject({
      title: z.string(),
      inside: z.boolean(),
      canInvite: z.boolean(),
      canRestrict: z.boolean(),
    }),
  ),
  /** How many people closed the bot. */
  closedBy: z.int(),
});
export type BotHealth = z.infer<typeof botHealth>;
