import type {
  Chat,
  ForceReply,
  InlineKeyboardMarkup,
  Message,
  MessageEntity,
  MessageOrigin,
  ReplyKeyboardMarkup,
  ReplyKeyboardRemove,
} from 'grammy/types';
import { defined, unixTime } from '../defined.ts';
import { type Account, type Person, type SandboxBot, toUser } from './accounts.ts';
import { type SandboxChat, toChat, toPrivateChat } from './chats.ts';
import type { FormattedText } from './entities.ts';
import type { FileStore, StoredFile } from './files.ts';
import type { Invoice } from './stars/ledger.ts';

export type ReplyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply;

/** The rest of what is known of a file: duration, width, performer and the like. */
type MediaDetails = Readonly<Record<string, unknown>>;

export type Content =
  | { kind: 'text' }
  | {
      kind: 'media';
      file: StoredFile;
      thumbnail: StoredFile | undefined;
      details: MediaDetails;
      /** What all media of one album have in common. */
      album?: string | undefined;
    }
  | { kind: 'location'; latitude: number; longitude: number }
  | { kind: 'contact'; phoneNumber: string; firstName: string; lastName: string | undefined }
  | { kind: 'invoice'; invoice: Invoice; startParameter: string }
  /** Something that happened rather than something said, in the Bot API's fields. */
  | { kind: 'service'; fields: Partial<Message> };

export interface StoredMessage {
  readonly id: number;
  readonly place: Dialog | SandboxChat;
  readonly from: Account;
  readonly date: Date;
  /** People may put another picture into what they sent. */
  content: Content;
  /** The text, or the caption of media. */
  text: string;
  entities: MessageEntity[];
  /** As the bot wrote it. */
  html: string;
  markup: InlineKeyboardMarkup | undefined;
  readonly replyTo: StoredMessage | undefined;
  readonly origin: MessageOrigin | undefined;
  readonly isSilent: boolean;
  readonly isProtected: boolean;
  editedAt: Date | undefined;
  isDeleted: boolean;
}

/** An answer to a press, as the person saw it. */
export interface CallbackAnswer {
  text?: string;
  alert: boolean;
}

/** The private chat of one person with one bot. */
export class Dialog {
  readonly bot: SandboxBot;
  readonly person: Person;
  readonly messages: StoredMessage[] = [];
  readonly answers: CallbackAnswer[] = [];
  /** The buttons under the person's input field. */
  keyboard: ReplyKeyboardMarkup | undefined;
  hasStarted = false;
  isBlocked = false;

  constructor(bot: SandboxBot, person: Person) {
    this.bot = bot;
    this.person = person;
  }

  /** The person's id, as in the Bot API. */
  get id(): number {
    return this.person.id;
  }
}

function chatOf(place: Dialog | SandboxChat): Chat {
  return place instanceof Dialog ? toPrivateChat(place.person) : toChat(place);
}

export function captionOf(message: StoredMessage): FormattedText {
  return { text: message.text, entities: message.entities };
}

/** The message as this bot is shown it. */
export function toMessage(message: StoredMessage, viewer: SandboxBot, files: FileStore): Message {
  const { replyTo } = message;
  const shown = {
    ...frameOf(message),
    ...contentOf(message, viewer, files),
    ...defined({
      forward_origin: message.origin,
      edit_date: message.editedAt === undefined ? undefined : unixTime(message.editedAt),
      has_protected_content: message.isProtected ? (true as const) : undefined,
      reply_markup: message.markup,
      reply_to_message:
        replyTo === undefined
          ? undefined
          : { ...frameOf(replyTo), ...contentOf(replyTo, viewer, files), reply_to_message: undefined },
    }),
  };
  return shown as Message;
}

function frameOf(
  message: StoredMessage,
): Pick<Message, 'message_id' | 'date' | 'chat' | 'from' | 'sender_chat'> {
  const frame = { message_id: message.id, date: unixTime(message.date), chat: chatOf(message.place) };
  const isChannelPost = !(message.place instanceof Dialog) && message.place.kind === 'channel';
  return isChannelPost ? { ...frame, sender_chat: frame.chat } : { ...frame, from: toUser(message.from) };
}

function contentOf(message: StoredMessage, viewer: SandboxBot, files: FileStore): Partial<Message> {
  const { content } = message;
  switch (content.kind) {
    case 'text':
      return { text: message.text, ...(message.entities.length > 0 && { entities: message.entities }) };
    case 'media':
      return {
        ...mediaOf(content, viewer, files),
        ...defined({ media_group_id: content.album }),
        ...(message.text !== '' && { caption: message.text }),
        ...(message.entities.length > 0 && { caption_entities: message.entities }),
      };
    case 'location':
      return { location: { latitude: content.latitude, longitude: content.longitude } };
    case 'contact':
      return {
        contact: {
          phone_number: content.phoneNumber,
          first_name: content.firstName,
          ...defined({ last_name: content.lastName }),
        },
      };
    case 'invoice':
      return {
        invoice: {
          title: content.invoice.title,
          description: content.invoice.description,
          start_parameter: content.startParameter,
          currency: 'XTR',
          total_amount: content.invoice.amount,
        },
      };
    case 'service':
      return content.fields;
  }
}

function mediaOf(
  content: Extract<Content, { kind: 'media' }>,
  viewer: SandboxBot,
  files: FileStore,
): Partial<Message> {
  const { file, thumbnail, details } = content;
  const idsOf = (stored: StoredFile): Record<string, unknown> => ({
    file_id: files.fileId(viewer.id, stored),
    file_unique_id: stored.uniqueId,
    file_size: stored.size,
  });
  if (file.kind === 'photo') {
    const small = thumbnail === undefined ? [] : [{ ...idsOf(thumbnail), width: 90, height: 67 }];
    return { photo: [...small, { ...idsOf(file), width: 1280, height: 960 }] } as Partial<Message>;
  }
  const media = defined({
    ...idsOf(file),
    ...details,
    mime_type: file.mimeType,
    file_name: file.fileName,
  });
  // An animation is shown as a document too, for programs that know no animations.
  const asDocument = file.kind === 'animation' ? { document: media } : {};
  return { [file.kind]: media, ...asDocument } as Partial<Message>;
}
