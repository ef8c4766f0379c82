import type { Api } from 'grammy';
import { DeliveryError } from '../modules/notifications/delivery-error.ts';
import { toDeliveryError } from './api-errors.ts';
import type { TelegramHttp } from './http-client.ts';

/** Reads files that a bot may read. The address holds the bot's token: it never leaves this function. */
export function createDownload(deps: {
  http: TelegramHttp;
  apiRoot: string;
  apiOf: (telegramBotId: bigint) => Promise<Api>;
}): (telegramBotId: bigint, fileId: string) => Promise<Uint8Array> {
  return async (telegramBotId, fileId) => {
    const api = await deps.apiOf(telegramBotId);
    const file = await api.getFile(fileId).catch((error: unknown) => {
      throw toDeliveryError(error);
    });
    try {
      return await deps.http.download(`${deps.apiRoot}/file/bot${api.token}/${file.file_path}`);
    } catch {
      // Without its cause, which names the address.
      throw new DeliveryError('not-sent');
    }
  };
}
