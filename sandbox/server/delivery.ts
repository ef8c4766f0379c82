import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Inbox, PendingUpdate, Webhook } from '../world/inbox.ts';
import type { World } from '../world/world.ts';

/** Telegram waits this long for a webhook's answer. */
const ANSWER_TIMEOUT_MS = 60_000;
/** Far shorter than Telegram's, so that a test need not wait. */
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 1_000;

/**
 * Carries one bot's updates to its webhook: in order within a chat, side by side across chats, each again
 * until it is answered with 2xx.
 */
export class WebhookDelivery {
  readonly #inbox: Inbox;
  readonly #world: Pick<World, 'journal' | 'now' | 'proxies'>;
  readonly #agent = new Agent({ headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS });
  readonly #busyChats = new Set<number>();
  #isClosed = false;

  constructor(inbox: Inbox, world: Pick<World, 'journal' | 'now' | 'proxies'>) {
    this.#inbox = inbox;
    this.#world = world;
    inbox.onChange = () => this.#startWhatCan();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#agent.destroy();
  }

  #startWhatCan(): void {
    for (const pending of this.#inbox.pending) {
      const webhook = this.#inbox.webhook;
      if (webhook === undefined || this.#isClosed) return;
      if (this.#busyChats.size >= webhook.maxConnections) return;
      if (this.#busyChats.has(pending.chatId)) continue;
      this.#busyChats.add(pending.chatId);
      void this.#deliver(pending);
    }
  }

  async #deliver(pending: PendingUpdate): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    let webhook = this.#inbox.webhook;
    while (webhook !== undefined && !this.#isClosed && this.#inbox.pending.includes(pending)) {
      const failure = await this.#post(webhook, pending);
      if (failure === null) {
        this.#inbox.confirm([pending]);
        break;
      }
      webhook.lastError = { at: this.#world.now(), message: failure };
      this.#world.journal.note(`${pending.kind} ${pending.update.update_id} failed: ${failure}`);
      // Unreferenced: a closed sandbox must not keep the process alive for a last look.
      await sleep(retryMs, undefined, { ref: false });
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      webhook = this.#inbox.webhook;
    }
    this.#busyChats.delete(pending.chatId);
    this.#startWhatCan();
  }

  /** @returns null when answered with 2xx, else what went wrong in Telegram's words. */
  async #post(webhook: Webhook, pending: PendingUpdate): Promise<string | null> {
    try {
      const { origin } = new URL(webhook.url);
      const address = webhook.url.replace(origin, this.#world.proxies.get(origin) ?? origin);
      const response = await request(address, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: {
          'content-type': 'application/json',
          ...(webhook.secretToken !== undefined && {
            'x-telegram-bot-api-secret-token': webhook.secretToken,
          }),
        },
        body: JSON.stringify(pending.update),
      });
      await response.body.dump();
      const isTaken = response.statusCode >= 200 && response.statusCode < 300;
      return isTaken ? null : `Wrong response from the webhook: ${response.statusCode}`;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return code === 'ECONNREFUSED' ? 'Connection refused' : `Connection failed: ${code}`;
    }
  }
}
