import type { z } from 'zod';
import type { GivenOverMatter } from '../../shared/locale-keys.ts';
import type { PersonName } from '../person.ts';
import type { Db } from '../unit-of-work.ts';

/**
 * What can be enqueued, with the payload of each. The kernel knows none: modules add theirs to this interface. A payload
 * holds ids, never texts or secrets: its handler reads the database again, because it may have changed by then.
 */
// biome-ignore lint/suspicious/noEmptyInterface: modules fill it.
export interface OutboxPayloads {}

export type OutboxKind = keyof OutboxPayloads;

/**
 * How long a claim holds without being renewed. Short, so that what a killed process had in hand is free again
 * soon; longer than any pause of a living process, which renews every third of it.
 */
export const LEASE_SECONDS = 10;

/** What becomes of a message that cannot simply be delivered. */
export interface OutboxRules {
  /** `counts as sent`: where nobody knows whether it went out, because sending twice would be worse than once too few. */
  onUnknown: 'retry' | 'counts as sent';
  /**
   * It outlasts being blocked: whoever blocked the bot gets what is theirs once they open it again, an event that reopens
   * the message.
   */
  waitsForOpenDoor?: true;
  /**
   * It ends where Telegram has refused it for a day. What is about money or access goes on being tried, seldom, however
   * long it takes.
   */
  endsWhenRefused?: true;
  /**
   * A removed bot cannot deliver it: it ends with the bot instead of being tried for ever. When its owner adds the bot
   * again it is due again, and finds by the database whether it is still wanted.
   */
  endsWithBot?: true;
}

/** What a message is about, in the words of an owner who has to help. */
export interface Subject {
  person: PersonName | null;
  /** Of the chat; empty where none is meant. */
  title: string;
}

/** One kind of message, whole: what it holds, what is done with it, and what becomes of it when that cannot be done. */
export interface OutboxDefinition<K extends OutboxKind> extends OutboxRules {
  payload: z.ZodType<OutboxPayloads[K]>;
  handle: OutboxHandler<K>;
  /**
   * What the bot's owner is told when Telegram has refused it for a day, because they can help. Null: nobody is left whom it
   * is about.
   */
  givenOver?: {
    matter: GivenOverMatter;
    subject: (db: Db, payload: OutboxPayloads[K], botId: number) => Promise<Subject | null>;
  };
}

/** Every kind that there is. */
export type OutboxTable = { readonly [K in OutboxKind]: OutboxDefinition<K> };

/** A module's own part of the table. */
export type OutboxDefinitions<K extends OutboxKind> = Pick<OutboxTable, K>;

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
 * `unreachable`: the person has blocked the bot. `unknown`: counted as sent. `failed`: given up and reported.
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

/** So many at a time are put into Redis, so that a flood never fills it: the rest stands in Postgres for the next sweep. */
export const MOST_WOKEN = 1_000;

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
