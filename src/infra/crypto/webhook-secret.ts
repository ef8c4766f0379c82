import { createHmac, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { once } from '../../shared/async/once.ts';

/** As many as the registry holds bots. Only secrets that were given rightly are remembered: strangers fill nothing. */
const MAX_REMEMBERED = 20_000;

/** Hexadecimal digits of a secret. */
const SECRET_LENGTH = 64;

/**
 * The secrets that Telegram sends with each bot's updates: derived, so that they need no lookup and no storage. While
 * keys are being changed, those of every key are accepted, because a webhook keeps its secret until it is set again.
 */
export interface WebhookSecrets {
  /** What a webhook is set with: of the first key. */
  of(telegramBotId: bigint): string;
  accepts(telegramBotId: bigint, given: string | undefined): boolean;
  /** Tells first keys apart and nothing of the key: what all webhooks were set with is noted by it. */
  readonly fingerprint: string;
}

/** @param encryptionKeys at least one */
export function createWebhookSecrets(encryptionKeys: readonly string[]): WebhookSecrets {
  const keys = encryptionKeys.map(deriveKey);
  const [first] = keys;
  if (!first) throw new RangeError('Webhook secrets need at least one key');
  // By the secret, not by the bot: what it takes to find one says nothing of how much of it was right.
  const remembered = once(() => new LRUCache<string, bigint>({ max: MAX_REMEMBERED }));
  return {
    of: (telegramBotId) => secretBy(first, telegramBotId),
    accepts(telegramBotId, given) {
      // Nothing is computed for what cannot be a secret.
      if (given?.length !== SECRET_LENGTH) return false;
      if (remembered().get(given) === telegramBotId) return true;
      const givenBytes = Buffer.from(given);
      if (givenBytes.length !== SECRET_LENGTH) return false;
      // All of them, in constant time: how long it takes says nothing, not even which key it was.
      const isRight = keys
        .map((key) => timingSafeEqual(Buffer.from(secretBy(key, telegramBotId)), givenBytes))
        .includes(true);
      if (isRight) remembered().set(given, telegramBotId);
      return isRight;
    },
    fingerprint: createHmac('sha256', first).update('fingerprint').digest('hex').slice(0, 16),
  };
}

/** The secret of one bot by one key. */
export function webhookSecret(encryptionKey: string, telegramBotId: bigint): string {
  return secretBy(deriveKey(encryptionKey), telegramBotId);
}

function deriveKey(encryptionKey: string): Buffer {
  return createHmac('sha256', encryptionKey).update('getolog webhook secret').digest();
}

function secretBy(key: Buffer, telegramBotId: bigint): string {
  return createHmac('sha256', key).update(String(telegramBotId)).digest('hex');
}
