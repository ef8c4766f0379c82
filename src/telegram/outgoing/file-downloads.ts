import { lstat, open as openPath } from 'node:fs/promises';
import { win32 } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Api } from 'grammy';
import { DeliveryError } from '../../kernel/outbox/delivery-error.ts';
import { toDeliveryError } from './api-errors.ts';
import { DownloadRefusedError, type TelegramHttp } from './http-client.ts';

/** No receipt is larger; whoever sends one that is was asked for another. */
const MAX_BYTES = 20 * 1024 * 1024;

export interface Downloads {
  /** The whole of it. */
  read(telegramBotId: bigint, fileId: string): Promise<Uint8Array>;
  /** As it comes; whoever ends it early ends the download. */
  open(telegramBotId: bigint, fileId: string): Promise<Readable>;
}

/**
 * Reads files that a bot may read. The address holds the bot's token: it never leaves this function.
 * A Bot API server of one's own keeps files on its disk and names them by their whole path: they are read from there.
 * @throws DeliveryError `file-out-of-reach` for what is too large, or lies where this process cannot read
 */
export function createDownloads(deps: {
  http: TelegramHttp;
  apiRoot: string;
  apiOf: (telegramBotId: bigint) => Promise<Api>;
}): Downloads {
  const isTelegramsOwn = /(?:^|\.)telegram\.org$/.test(new URL(deps.apiRoot).hostname);

  async function open(telegramBotId: bigint, fileId: string): Promise<Readable> {
    const api = await deps.apiOf(telegramBotId);
    const { file_path: path, file_size: size = 0 } = await api.getFile(fileId).catch((error: unknown) => {
      throw toDeliveryError(error);
    });
    if (size > MAX_BYTES) throw new DeliveryError('file-out-of-reach');
    // Telegram's word for a file that it has not ready.
    if (path === undefined) throw new DeliveryError('unclear');
    // Windows' rules know the paths of both worlds.
    if (win32.isAbsolute(path)) {
      // Telegram itself names no path of this machine: what claims to be one is not read.
      if (isTelegramsOwn) throw new DeliveryError('file-out-of-reach');
      return openHere(path);
    }
    return withoutItsAddress(() => deps.http.download(`${deps.apiRoot}/file/bot${api.token}/${path}`));
  }

  return {
    open,
    async read(telegramBotId, fileId) {
      const file = await open(telegramBotId, fileId);
      return withoutItsAddress(() => buffer(file));
    },
  };
}

/** An error without its cause, which names the address. */
async function withoutItsAddress<T>(download: () => Promise<T>): Promise<T> {
  try {
    return await download();
  } catch (error) {
    throw new DeliveryError(error instanceof DownloadRefusedError ? 'unclear' : 'not-sent');
  }
}

/** Plain files only, and not through a link: devices and what the system shows as files have no size. */
async function openHere(path: string): Promise<Readable> {
  try {
    const file = await lstat(path);
    if (!file.isFile() || file.size === 0 || file.size > MAX_BYTES)
      throw new RangeError('no file for a receipt');
    return (await openPath(path)).createReadStream();
  } catch (cause) {
    throw new DeliveryError('file-out-of-reach', { cause });
  }
}
