import type { Api, InputFile } from 'grammy';
import type { Message } from 'grammy/types';
import type { Receipt } from '../modules/payments/payment.ts';
import { captionOptions, type Screen } from './screen.ts';

/** What the Bot API lets a bot download, and so what can be sent on through another bot. */
const MAX_RECEIPT_BYTES = 20 * 1024 * 1024;

/** The receipt that a message holds, or the hint that says what is wrong with it. */
export function readReceipt(
  message: Pick<Message, 'message_id' | 'photo' | 'document' | 'animation'>,
): Receipt | 'hint.receiptNotImage' | 'hint.receiptTooBig' {
  const { message_id: messageId, photo, document, animation } = message;
  const largest = photo?.at(-1);
  if (largest) return { kind: 'photo', fileId: largest.file_id, uniqueId: largest.file_unique_id, messageId };
  // A GIF is a document to Telegram as well, and no receipt.
  const isReceipt = !animation && /^(?:image\/|application\/pdf$)/.test(document?.mime_type ?? '');
  if (!document || !isReceipt) return 'hint.receiptNotImage';
  if ((document.file_size ?? 0) > MAX_RECEIPT_BYTES) return 'hint.receiptTooBig';
  return { kind: 'document', fileId: document.file_id, uniqueId: document.file_unique_id, messageId };
}

/** Sends a receipt as what it came as: a file id can be sent in no other way. */
export function sendReceipt(
  api: Api,
  chatId: string | number,
  { file, kind }: { file: string | InputFile; kind: Receipt['kind'] },
  screen: Screen,
): Promise<Message> {
  const options = captionOptions(screen);
  return kind === 'photo' ? api.sendPhoto(chatId, file, options) : api.sendDocument(chatId, file, options);
}
