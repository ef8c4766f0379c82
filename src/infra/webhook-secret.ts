import { createHmac, timingSafeEqual } from 'node:crypto';

/** The secret that Telegram sends with each update of a bot: derived, so that it needs no lookup and no storage. */
export function webhookSecret(encryptionKey: string, telegramBotId: bigint): string {
  const key = createHmac('sha256', encryptionKey).update('getolog webhook secret').digest();
  return createHmac('sha256', key).update(String(telegramBotId)).digest('hex');
}

/** In constant time; while keys are being changed, each of them counts. */
export function isWebhookSecret(
  encryptionKeys: readonly string[],
  telegramBotId: bigint,
  given: string | undefined,
): boolean {
  if (given === undefined) return false;
  const givenBytes = Buffer.from(given);
  return encryptionKeys.some((key) => {
    const expected = Buffer.from(webhookSecret(key, telegramBotId));
    return expected.length === givenBytes.length && timingSafeEqual(expected, givenBytes);
  });
}
