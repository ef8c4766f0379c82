import type { Api, InputFile } from 'grammy';
import type { Document, Message } from 'grammy/types';
import type { SentReceipt } from '../../modules/payments/payment.ts';
import type { ReceiptFile } from '../../modules/receipts/receipt.ts';
import { captionOptions, type Screen } from './screen.ts';

/** What the Bot API lets a bot download, and so what can be sent on through another bot. */
const MAX_RECEIPT_BYTES = 20 * 1024 * 1024;

const RECEIPT_TYPE = /^(?:image\/|application\/(?:x-)?pdf$)/;
/** What telephones and banks' apps call a file of which they know nothing. */
const SAYS_NOTHING =
  /^(?:|\*\/\*|(?:application|binary)\/(?:octet-stream|binary|unknown|(?:x-|force-)?download))$/;
const RECEIPT_NAME = /\.(?:jpe?g|jfif|png|webp|hei[cf]|avif|bmp|tiff?|pdf)$/i;

type WithReceipt = Pick<Message, 'message_id' | 'photo' | 'document' | 'animation' | 'caption' | 'edit_date'>;

/** The receipt that a message holds, or the hint that says what is wrong with it. */
export function readReceipt(
  message: WithReceipt,
): SentReceipt | 'hint.receiptNotImage' | 'hint.receiptTooBig' {
  const { photo, document, animation } = message;
  const about = {
    messageId: message.message_id,
    editedAt: message.edit_date === undefined ? null : new Date(message.edit_date * 1000),
    note: message.caption?.trim() || null,
  };
  const largest = photo?.at(-1);
  if (largest) return { kind: 'photo', fileId: largest.file_id, uniqueId: largest.file_unique_id, ...about };
  // A GIF is a document to Telegram as well, and no receipt.
  if (!document || animation || !isReceiptFile(document)) return 'hint.receiptNotImage';
  if ((document.file_size ?? 0) > MAX_RECEIPT_BYTES) return 'hint.receiptTooBig';
  return { kind: 'document', fileId: document.file_id, uniqueId: document.file_unique_id, ...about };
}

/** By its type, which is what a stranger's telephone says; by its name where that says nothing. */
function isReceiptFile({ mime_type: given = '', file_name: name = '' }: Document): boolean {
  const type = (given.split(';')[0] ?? '').trim().toLowerCase();
  return RECEIPT_TYPE.test(type) || (SAYS_NOTHING.test(type) && RECEIPT_NAME.test(name.trim()));
}

/** Whether a message is a receipt itself, and no list that leads to it. */
export function holdsReceipt(message: object): boolean {
  return 'photo' in message || 'document' in message;
}

/** Sends a receipt as what it came as: a file id can be sent in no other way. */
export function sendReceipt(
  api: Api,
  chatId: string | number,
  { file, kind }: { file: string | InputFile; kind: ReceiptFile['kind'] },
  screen: Screen,
): Promise<Message> {
  const options = captionOptions(screen);
  return kind === 'photo' ? api.sendPhoto(chatId, file, options) : api.sendDocument(chatId, file, options);
}
