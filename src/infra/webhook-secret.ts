import { createHmac, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** As many as the registry holds bots. Only secrets that were given rightly are remembered: strangers fill nothing. */
const MAX_REMEMBERED = 20_000;

/** The secret that Telegram sends with each update of a bot: derived, so that it needs no lookup and no storage. */
export function webhookSecret(encryptionKey: string, telegramBotId: bigint): string {
  const key = createHmac('sha256', encryptionKey).update('getolog webhook secret').digest();
  return createHmac('sha256', key).update(String(telegramBotId)).digest('hex');
}

/** Says whether a bot's secret is right: in constant time; while keys are being changed, each of them counts. */
export function createSecretCheck(
  encryptionKeys: readonly string[],
): (telegramBotId: bigint, given: string | undefined) => boolean {
  const remembered = new LRUCache<bigint, Buffer>({ max: MAX_REMEMBERED });

  return (telegramBotId, given) => {
    if (given === undefined) return false;
    const givenBytes = Buffer.from(given);
    const known = remembered.get(telegramBotId);
    if (known && isSame(known, givenBytes)) return true;
    const right = encryptionKeys
      .map((key) => Buffer.from(webhookSecret(key, telegramBotId)))
      .find((expected) => isSame(expected, givenBytes));
    if (right) remembered.set(telegramBotId, right);
    return right !== undefined;
  };
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
