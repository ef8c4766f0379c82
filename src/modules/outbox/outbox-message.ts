import type { Notice, NoticeRecipient } from '../notifications/notice.ts';

/**
 * What can be enqueued, with the payload of each. A payload holds ids, never texts or secrets:
 * its handler reads the database again, because it may have changed by then.
 */
export interface OutboxPayloads {
  /** Webhook or poller; then the owner reads that the bot is ready. */
  'launch-bot': { botId: number };
  /** Commands and descriptions. */
  'introduce-bot': { botId: number };
  /** A notice that may be lost when its outcome is unknown. */
  'small-notice': { to: NoticeRecipient; notice: Notice; quiet: boolean };
  /** A notice about money or access: repeated until confirmed. */
  'sure-notice': { to: NoticeRecipient; notice: Notice; quiet: boolean };
  /** The receipt reaches the owner. */
  'review-request': { paymentId: number };
  /** The owner asked the main bot to show a receipt once more. */
  'review-copy': { paymentId: number };
  'review-reminder': { paymentId: number };
  /** Moderators hear of a receipt that nobody decides. */
  'review-escalation': { paymentId: number; unreachable: boolean };
  /** Every copy of a receipt tells the outcome. */
  'show-decision': { paymentId: number };
  /** The way in, or the new end for somebody inside. */
  'deliver-access': { subscriptionId: number; reason: AccessReason };
  'revoke-link': { inviteLinkId: number };
  'pass-support': { supportMessageId: number };
  /** Whose subscription has ended is out, with no ban left behind. Of a forgotten person this alone still has the id. */
  'remove-member': { subscriptionId: number; telegramUserId?: string };
  /** Whoever came in through somebody else's link, or was added by a buyer who is no administrator, is out. */
  'remove-stranger': { channelId: number; telegramUserId: string; addedBySubscriptionId?: number };
  /** Another bot put a member out: the owner is asked, unless they are back by then. */
  'ask-about-removal': { subscriptionId: number };
  /** A banned end user is banned in a chat, and one who no longer is, is not. */
  'settle-ban': { channelId: number; endUserId: number };
  /** A tariff receipt reaches a moderator. */
  'tariff-review': { tariffPaymentId: number; moderatorId: string };
  /** Every moderator's copy of a tariff receipt tells the outcome. */
  'show-tariff-decision': { tariffPaymentId: number };
  /** One moderator reads how the last 24 hours went. */
  'daily-report': { moderatorId: string; until: string };
  /**
   * What had to know a forgotten person forgets them too, once it is done. Without their id it was enqueued by an older
   * program, which had not yet taken them out of the database.
   */
  'forget-end-user': { endUserId: number; telegramUserId?: string };
  /** The tokens of a forgotten owner's bots go, once their webhooks have. Without `botIds` it is an older program's. */
  'forget-owner': { ownerId: number; botIds?: number[] };
  /** A removed bot's webhook goes. */
  'retire-bot': { botId: number };
}

/** Why somebody gets a way in: it decides the words. */
export type AccessReason = 'approved' | 'granted' | 'again' | 'leaked';

export type OutboxKind = keyof OutboxPayloads;

/**
 * How long a claim holds without being renewed. Short, so that what a killed process had in hand is free again
 * soon; longer than any pause of a living process, which renews every third of it.
 */
export const LEASE_SECONDS = 10;

/** Kinds whose unknown outcome counts as done, because sending twice would be worse than once too few. */
export const COUNTS_AS_SENT: ReadonlySet<OutboxKind> = new Set<OutboxKind>([
  'small-notice',
  'daily-report',
  'review-copy',
  'review-reminder',
  'review-escalation',
]);

/**
 * Kinds that outlast a closed door: whoever blocked the bot gets what is theirs once they open it again, an event
 * that reopens the message.
 */
export const WAITS_FOR_OPEN_DOOR: ReadonlySet<OutboxKind> = new Set<OutboxKind>([
  'deliver-access',
  'review-request',
  'pass-support',
]);

/**
 * Kinds that end where Telegram has refused them for a day. All others are about money or access: they go on being
 * tried, seldom, however long it takes.
 */
export const ENDS_WHEN_REFUSED: ReadonlySet<OutboxKind> = new Set<OutboxKind>([
  ...COUNTS_AS_SENT,
  'introduce-bot',
  'pass-support',
  'show-decision',
  'show-tariff-decision',
]);

/**
 * Kinds that a removed bot cannot deliver: they end with it instead of being tried for ever. When its owner
 * adds it again they are due again, and find by the database what of them is still wanted.
 */
export const ENDS_WITH_BOT: ReadonlySet<OutboxKind> = new Set<OutboxKind>([
  'launch-bot',
  'introduce-bot',
  'review-request',
  'review-copy',
  'review-reminder',
  'review-escalation',
  'show-decision',
  'deliver-access',
  'revoke-link',
  'pass-support',
  'remove-stranger',
  'settle-ban',
]);

export type NewMessage = {
  [K in OutboxKind]: {
    kind: K;
    /** Where one event may be heard twice, what it is called: a second message with the same key is none. */
    key?: string;
    /** `user_bots.id` of the tenant whose bot delivers it; absent for the main bot's. */
    botId?: number;
    payload: OutboxPayloads[K];
    /** Absent: at once. */
    dueAt?: Date;
  };
}[OutboxKind];

/**
 * How a message ended. `delivered`: done and confirmed. `not-due`: the database says it is no longer wanted.
 * `unreachable`: the person has closed the door. `unknown`: counted as sent. `failed`: given up and reported.
 * `bot-removed`: it ended with its bot, and is due again if that comes back.
 */
export type OutboxOutcome = 'delivered' | 'not-due' | 'unreachable' | 'unknown' | 'failed' | 'bot-removed';

export interface ClaimedMessage<K extends OutboxKind = OutboxKind> {
  id: bigint;
  kind: K;
  botId: number | null;
  payload: OutboxPayloads[K];
  /** How often it was tried before; 0 the first time. */
  earlierAttempts: number;
  /** The process that tried before died without a word: nobody knows how far it came. */
  interrupted: boolean;
  /** How long it has been refused without a break, by the database's clock; null: it is not. */
  refusedForMs: number | null;
  /** A refusal of it was reported as a fault. */
  isReported: boolean;
  /** Its tenant's bot was removed meanwhile. */
  isBotRemoved: boolean;
}

/** Delivers one message. Re-reads the database first: what enqueued it may have been overtaken. */
export type OutboxHandler<K extends OutboxKind> = (
  payload: OutboxPayloads[K],
  message: ClaimedMessage<K>,
) => Promise<OutboxOutcome>;

export type OutboxHandlers = { [K in OutboxKind]: OutboxHandler<K> };

/** Wakes the dispatcher for messages just written. Losing a wake-up loses nothing: the sweep finds them. */
export interface Waker {
  wake(messages: readonly DueMessage[], delayMs?: number): Promise<void>;
}

/** A message that is due, and the lane that it belongs to. */
export interface DueMessage {
  id: bigint;
  /** `user_bots.id`; null for the main bot's own. */
  botId: number | null;
}
