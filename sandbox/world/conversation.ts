import type { InlineKeyboardButton } from 'grammy/types';
import type { MediaKind } from './files.ts';
import type { CallbackAnswer, Dialog, StoredMessage } from './messages.ts';

interface Button {
  text: string;
  data?: string;
  url?: string;
  copyText?: string;
}

/** A file as the person sees it. */
interface SandboxMedia {
  kind: MediaKind;
  uniqueId: string;
  bytes: Uint8Array;
  mimeType: string | undefined;
  fileName: string | undefined;
}

/** A message as the person sees it, at the moment of looking. */
export interface SandboxMessage {
  id: number;
  from: 'bot' | 'person';
  /** The text, or the caption of media, without markup. */
  text: string;
  /** The same as the bot wrote it. */
  html: string;
  buttons: Button[][];
  media: SandboxMedia | undefined;
  /** Set where `media` is a picture, or a document. */
  photo: SandboxMedia | undefined;
  document: SandboxMedia | undefined;
  date: Date;
  edited: boolean;
  deleted: boolean;
  /** Came without a sound. */
  silent: boolean;
  /** The id of the message that this one replies to. */
  replyTo: number | undefined;
}

/** The private chat of a person with a bot, through the person's eyes. */
export class Conversation {
  readonly #dialog: Dialog;

  constructor(dialog: Dialog) {
    this.#dialog = dialog;
  }

  /** Everything ever written, oldest first; what was deleted says so. */
  get messages(): SandboxMessage[] {
    return this.#dialog.messages.map((message) => see(this.#dialog, message));
  }

  /** The newest message of the bot's that is not deleted. */
  get last(): SandboxMessage | undefined {
    const last = this.#dialog.messages.findLast(({ from, isDeleted }) => from.isBot && !isDeleted);
    return last === undefined ? undefined : see(this.#dialog, last);
  }

  /** The words on the buttons under the input field. */
  get keyboard(): string[][] {
    const rows = this.#dialog.keyboard?.keyboard ?? [];
    return rows.map((row) => row.map((button) => (typeof button === 'string' ? button : button.text)));
  }

  get answers(): CallbackAnswer[] {
    return [...this.#dialog.answers];
  }

  get isBlocked(): boolean {
    return this.#dialog.isBlocked;
  }
}

function see(dialog: Dialog, message: StoredMessage): SandboxMessage {
  const file = message.content.kind === 'media' ? message.content.file : undefined;
  const media = file === undefined ? undefined : { ...file };
  return {
    id: message.id,
    from: message.from === dialog.bot ? 'bot' : 'person',
    text: message.text,
    html: message.html,
    buttons: (message.markup?.inline_keyboard ?? []).map((row) => row.map(seeButton)),
    media,
    photo: media?.kind === 'photo' ? media : undefined,
    document: media?.kind === 'document' ? media : undefined,
    date: message.date,
    edited: message.editedAt !== undefined,
    deleted: message.isDeleted,
    silent: message.isSilent,
    replyTo: message.replyTo?.id,
  };
}

function seeButton(button: InlineKeyboardButton): Button {
  return {
    text: button.text,
    ...('callback_data' in button && { data: button.callback_data }),
    ...('url' in button && { url: button.url }),
    ...('copy_text' in button && { copyText: button.copy_text.text }),
  };
}
