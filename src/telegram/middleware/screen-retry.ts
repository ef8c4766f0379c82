import type { Transformer } from 'grammy';
import { retryDelayMs } from '../outgoing/api-errors.ts';

/** A person waits for a plain screen no longer than this; then they press again. */
const GIVE_UP_AFTER_MS = 30_000;
const FIRST_BACKOFF_MS = 300;

/**
 * Repeats calls of handlers that Telegram refused or that got lost. A screen twice is a small thing; a screen missing
 * is a dead end. Outbox messages have their own way and do not come through here.
 */
export const retryScreens: Transformer = async (call, method, payload, signal) => {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs *= 2) {
    let waitMs = backoffMs;
    try {
      const answer = await call(method, payload, signal);
      if (answer.ok) return answer;
      const delayMs = retryDelayMs(answer.error_code, answer.parameters?.retry_after, backoffMs);
      if (delayMs === undefined || Date.now() + delayMs > deadline) return answer;
      waitMs = delayMs;
    } catch (error) {
      if (Date.now() + waitMs > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
};
