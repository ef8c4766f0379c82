import { webhookSecret } from '../../../src/infra/crypto/webhook-secret.ts';

/** Posts an update to a bot's webhook by hand, as Telegram does. @param secret absent: the right one */
export function postUpdate(
  { origin, encryptionKey }: { origin: string; encryptionKey: string },
  botId: number,
  update: object,
  secret = webhookSecret(encryptionKey, BigInt(botId)),
): Promise<Response> {
  return fetch(`${origin}/webhook/${botId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
    body: JSON.stringify(update),
  });
}
