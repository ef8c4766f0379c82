import { z } from 'zod';
import { AUDIENCE_STATES } from '../../../modules/broadcasts/audience-states.ts';
import { BROADCAST_STATUSES, PAUSE_REASONS } from '../../../modules/broadcasts/broadcast-status.ts';
import { LANGUAGES } from '../../../shared/languages.ts';
import { chat, instant, money, pageOf, planName, rowId, rowIdOrNone, telegramId } from '../shapes.ts';

/** How many people have come how far. */
const counts = z.strictObject({
  sent: z.int(),
  blocked: z.int(),
  failed: z.int(),
  /** It may have come, and is not sent again. */
  unknown: z.int(),
  /** They were banned, wanted no offers or were gone when it was their turn. */
  skipped: z.int(),
  left: z.int(),
});

/** A message for many of a bot's people; what it says stays at Telegram. */
const broadcast = z.strictObject({
  id: z.int(),
  state: z.enum(BROADCAST_STATUSES),
  createdAt: instant,
  /** When it was due to start; null: nobody has started it. */
  startsAt: instant.nullable(),
  /** For how many people it was when it started. */
  total: z.int(),
  counts,
});
export type Broadcast = z.infer<typeof broadcast>;

export const broadcastsPage = pageOf(broadcast);
export type BroadcastsPage = z.infer<typeof broadcastsPage>;

export const broadcastDetail = broadcast.extend({
  /** Why it is paused. */
  pauseReason: z.enum(PAUSE_REASONS).nullable(),
  /** At night: when people may be written to again. */
  waitsUntil: instant.nullable(),
  /** For whom it is; null: it does not matter. */
  segment: z.strictObject({
    state: z.enum(AUDIENCE_STATES),
    chat: z.int().nullable(),
    source: z.int().nullable(),
    language: z.enum(LANGUAGES).nullable(),
  }),
  /** What stands under each copy. */
  plan: z.int().nullable(),
  /** Of a draft: how many would get it now. */
  people: z.int(),
  limits: z.strictObject({
    /** So many may be started … */
    starts: z.int(),
    /** … within so many days, */
    days: z.int(),
    /** to so many people each. */
    people: z.int(),
    /** When the next one may be; null: now. */
    nextAt: instant.nullable(),
  }),
  /** What may be chosen of a draft. */
  choices: z.strictObject({
    chats: z.array(chat),
    sources: z.array(z.strictObject({ id: z.int(), name: z.string() })),
    plans: z.array(planName.extend({ price: money })),
  }),
  /** Opens it in the bot. */
  link: z.string(),
});
export type BroadcastDetail = z.infer<typeof broadcastDetail>;

/** Words alone: whatever has a file is written in the bot that it belongs to. */
export const broadcastBody = z.strictObject({ text: z.string().max(20_000) });
export type BroadcastBody = z.infer<typeof broadcastBody>;

const one = { botId: z.string().optional(), id: rowId };
export const broadcastState = z.strictObject({ ...one, state: z.enum(AUDIENCE_STATES) });
export type BroadcastStateParams = z.infer<typeof broadcastState>;
export const broadcastLanguage = z.strictObject({ ...one, language: z.enum(['all', ...LANGUAGES]) });
export type BroadcastLanguageParams = z.infer<typeof broadcastLanguage>;
/** Of each 0: none. */
export const broadcastChat = z.strictObject({ ...one, channelId: rowIdOrNone });
export type BroadcastChatParams = z.infer<typeof broadcastChat>;
export const broadcastSource = z.strictObject({ ...one, sourceId: rowIdOrNone });
export type BroadcastSourceParams = z.infer<typeof broadcastSource>;
export const broadcastPlan = z.strictObject({ ...one, planId: rowIdOrNone });
export type BroadcastPlanParams = z.infer<typeof broadcastPlan>;

/** One of any bot's, as moderators watch it: never what it says, or to whom. */
const watchedBroadcast = broadcast.extend({
  bot: z.strictObject({ id: telegramId, username: z.string() }),
  owner: z.strictObject({ id: z.int(), name: z.string() }),
  /** Whether it can be ended. */
  open: z.boolean(),
});
export type WatchedBroadcast = z.infer<typeof watchedBroadcast>;

export const watchedBroadcasts = pageOf(watchedBroadcast);
