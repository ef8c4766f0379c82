import type { Update } from 'grammy/types';
import { conflict, unauthorized } from '../server/api-error.ts';
import type { Journal } from './journal.ts';

type UpdateKind = Exclude<keyof Update, 'update_id'>;
export type UpdateBody = Omit<Update, 'update_id'>;

/** Told to a bot only when it asks for them by name. */
const ONLY_ON_REQUEST: ReadonlySet<string> = new Set<UpdateKind>([
  'chat_member',
  'message_reaction',
  'message_reaction_count',
]);

/** Telegram takes an offset this far beyond its last update for a mistake, and begins with the first that waits. */
const MAX_OFFSET_BEYOND = 10;

/** Between two polls a poller is gone for a moment, and still a listener. */
const POLLER_STAYS_MS = 500;

export interface Webhook {
  url: string;
  secretToken: string | undefined;
  maxConnections: number;
  ipAddress: string | undefined;
  lastError: { at: Date; message: string } | undefined;
}

/** An update that the bot has not confirmed yet. */
export interface PendingUpdate {
  update: Update;
  kind: string;
  /** Updates of one chat are delivered one after the other. */
  chatId: number;
  /** True where somebody was listening when it came up. */
  isAwaited: boolean;
  /** True once a long poll has carried it away. */
  handedOut: boolean;
  /** Resolves when the bot has taken the update, or nobody is there to take it. */
  settled: Promise<void>;
  settle: () => void;
}

interface Poll {
  wake: () => void;
  end: (reason: Error) => void;
}

interface PollOptions {
  offset: number;
  limit: number;
  timeoutSeconds: number;
  /** Aborted when the poller's connection is gone. */
  gone: AbortSignal;
}

/** What one bot has not yet been told, and how it wants to be told. */
export class Inbox {
  pending: PendingUpdate[] = [];
  webhook: Webhook | undefined;
  /** Undefined: everything but what must be asked for. */
  allowedUpdates: readonly string[] | undefined;
  /** Set by whoever delivers webhooks. */
  onChange: () => void = () => undefined;
  readonly #journal: Journal;
  readonly #botName: string;
  #nextUpdateId: number;
  #poll: Poll | undefined;
  #lastLongPollAt = Number.NEGATIVE_INFINITY;

  constructor(botName: string, firstUpdateId: number, journal: Journal) {
    this.#botName = botName;
    this.#nextUpdateId = firstUpdateId;
    this.#journal = journal;
  }

  /** True while somebody is there to take updates: a webhook, or a long poller that waits or works on a batch. */
  get hasListener(): boolean {
    return (
      this.webhook !== undefined ||
      this.#poll !== undefined ||
      performance.now() - this.#lastLongPollAt < POLLER_STAYS_MS ||
      this.pending.some(({ handedOut }) => handedOut)
    );
  }

  /** @returns null where the bot has not asked for this kind. */
  add(body: UpdateBody, chatId: number): PendingUpdate | null {
    const kind = Object.keys(body)[0] ?? '';
    const isWanted = this.allowedUpdates?.includes(kind) ?? !ONLY_ON_REQUEST.has(kind);
    if (!isWanted) return null;
    const update = { update_id: this.#nextUpdateId, ...body };
    this.#nextUpdateId += 1;
    let settle = (): void => undefined;
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const isAwaited = this.hasListener;
    const pending = { update, kind, chatId, isAwaited, handedOut: false, settled, settle };
    this.pending.push(pending);
    this.#journal.note(`${kind} ${update.update_id} waits for @${this.#botName}`);
    this.#poll?.wake();
    this.onChange();
    return pending;
  }

  confirm(updates: readonly PendingUpdate[]): void {
    if (updates.length === 0) return;
    this.pending = this.pending.filter((pending) => !updates.includes(pending));
    for (const { kind, update, settle } of updates) {
      settle();
      this.#journal.note(`${kind} ${update.update_id} taken by @${this.#botName}`);
    }
  }

  setWebhook(webhook: Webhook | undefined): void {
    this.webhook = webhook;
    if (webhook === undefined) {
      for (const { settle } of this.pending) settle();
    } else {
      this.#endPoll(conflict('terminated by setWebhook request'));
    }
    this.#journal.note(
      `@${this.#botName} ${webhook === undefined ? 'has no webhook now' : 'has its webhook set'}`,
    );
    this.onChange();
  }

  dropPending(): void {
    this.confirm(this.pending);
  }

  /** A week without updates: Telegram counts on from a number of its own choice, which may be a lower one. */
  countsAnew(firstUpdateId: number): void {
    if (this.pending.length > 0) throw new Error('Ids begin anew only where no update waits.');
    this.#nextUpdateId = firstUpdateId;
  }

  /** After the token was revoked: nothing that the old one had arranged stays, waiting updates do. */
  forgetListener(): void {
    this.allowedUpdates = undefined;
    this.#lastLongPollAt = Number.NEGATIVE_INFINITY;
    this.#endPoll(unauthorized());
    this.setWebhook(undefined);
  }

  /** One getUpdates: what waits, or what arrives within the timeout. */
  async poll({ offset, limit, timeoutSeconds, gone }: PollOptions): Promise<Update[]> {
    if (this.webhook !== undefined) {
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    this.#endPoll(
      conflict('terminated by other getUpdates request; make sure that only one bot instance is running'),
    );
    const isBeyond = offset > this.#nextUpdateId + MAX_OFFSET_BEYOND;
    const confirmed =
      offset < 0
        ? this.pending.slice(0, offset)
        : this.pending.filter(({ update }) => !isBeyond && update.update_id < offset);
    this.confirm(confirmed);
    if (this.pending.length === 0 && timeoutSeconds > 0) await this.#waitForUpdate(timeoutSeconds, gone);
    // A short poll is a look, and how a poller takes its leave: nobody stays to listen.
    const isLong = timeoutSeconds > 0;
    this.#lastLongPollAt = isLong ? performance.now() : Number.NEGATIVE_INFINITY;
    const batch = gone.aborted ? [] : this.pending.slice(0, limit);
    for (const pending of batch) pending.handedOut = isLong;
    return batch.map(({ update }) => update);
  }

  #waitForUpdate(timeoutSeconds: number, gone: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', poll.wake);
        if (this.#poll === poll) this.#poll = undefined;
        settle();
        this.#journal.changed();
      };
      const poll: Poll = { wake: () => finish(resolve), end: (reason) => finish(() => reject(reason)) };
      const timer = setTimeout(poll.wake, timeoutSeconds * 1000);
      gone.addEventListener('abort', poll.wake);
      this.#poll = poll;
      this.#journal.changed();
    });
  }

  #endPoll(reason: Error): void {
    this.#poll?.end(reason);
  }
}
