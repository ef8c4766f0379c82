import type { Message, ReplyParameters } from 'grammy/types';
import { unixTime } from '../defined.ts';
import { badRequest, callersBug } from '../server/api-error.ts';
import { toUser } from '../world/accounts.ts';
import type { SandboxChat } from '../world/chats.ts';
import { type Content, Dialog, type ReplyMarkup, type StoredMessage, toMessage } from '../world/messages.ts';
import type { NewMessage } from '../world/world.ts';
import type { Call, Handlers } from './call.ts';
import { readCaption, readText } from './formatted-text.ts';
import { demandNotBlocked } from './oddities.ts';
import { findMessage, findPlace } from './places.ts';
import { readNewMarkup } from './reply-markup.ts';

/** What all the sending methods share. */
export interface SendOptions {
  chat_id: number | string;
  disable_notification?: boolean;
  protect_content?: boolean;
  reply_parameters?: ReplyParameters;
  reply_markup?: ReplyMarkup;
}

type Written = Omit<NewMessage, 'from' | 'markup' | 'replyTo' | 'isSilent' | 'isProtected'>;

/** Puts a message of the bot's into the chat, if the bot may write there. */
export function post(call: Call, options: SendOptions, written: Written): StoredMessage {
  const place = findPlace(call, options.chat_id);
  demandWritable(call, place, written.content);
  const replyTo = findReplyTarget(place, options.reply_parameters);
  const isInvoice = written.content.kind === 'invoice';
  const markup = readNewMarkup(call.world, place, options.reply_markup, isInvoice);
  const message = call.world.addMessage(place, {
    ...written,
    from: call.bot,
    markup,
    replyTo,
    isSilent: options.disable_notification ?? false,
    isProtected: options.protect_content ?? false,
  });
  const to = place instanceof Dialog ? place.person.firstName : place.title;
  call.world.journal.note(`@${call.bot.username} wrote message ${message.id} to ${to}`);
  return message;
}

export function show(call: Call, message: StoredMessage): Message {
  return toMessage(message, call.bot, call.world.files);
}

function demandWritable(call: Call, place: Dialog | SandboxChat, content?: Content): void {
  if (place instanceof Dialog) demandNotBlocked(place, content);
  else if (place.kind === 'channel' && !place.canDo(call.bot, 'can_post_messages')) {
    throw badRequest('need administrator rights in the channel chat');
  }
}

function findReplyTarget(
  place: Dialog | SandboxChat,
  reply: SendOptions['reply_parameters'],
): StoredMessage | undefined {
  if (reply === undefined) return undefined;
  const target = place.messages.find(({ id, isDeleted }) => id === reply.message_id && !isDeleted);
  if (target === undefined && reply.allow_sending_without_reply !== true) {
    throw badRequest('message to be replied not found');
  }
  return target;
}

function findSource(call: Call, chatId: number | string, messageId: number, whatFor: string): StoredMessage {
  const source = findMessage(findPlace(call, chatId), messageId, whatFor);
  const isFixed =
    source.content.kind === 'service' || (source.content.kind === 'invoice' && whatFor === 'copy');
  if (isFixed || source.isProtected)
    throw badRequest(`message can't be ${whatFor === 'copy' ? 'copied' : 'forwarded'}`);
  return source;
}

export const sending: Handlers<
  'sendMessage' | 'sendLocation' | 'sendContact' | 'copyMessage' | 'forwardMessage' | 'sendChatAction'
> = {
  sendMessage(call, args) {
    const written = readText(args.text, args.parse_mode, args.entities);
    return show(call, post(call, args, { content: { kind: 'text' }, ...written })) as Message.TextMessage;
  },

  sendLocation(call, args) {
    const { latitude, longitude } = args;
    const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
    if (!isOnEarth) throw callersBug('bad latitude or longitude');
    const message = post(call, args, { content: { kind: 'location', latitude, longitude } });
    return show(call, message) as Message.LocationMessage;
  },

  sendContact(call, args) {
    const contact = {
      kind: 'contact',
      phoneNumber: args.phone_number,
      firstName: args.first_name,
      lastName: args.last_name,
    } as const;
    return show(call, post(call, args, { content: contact })) as Message.ContactMessage;
  },

  copyMessage(call, args) {
    const source = findSource(call, args.from_chat_id, args.message_id, 'copy');
    const isRewritten = args.caption !== undefined && source.content.kind === 'media';
    const written = isRewritten ? readCaption(args.caption, args.parse_mode, args.caption_entities) : source;
    const { text, entities, html } = written;
    const copy = post(call, args, { content: source.content, text, entities: [...entities], html });
    return { message_id: copy.id };
  },

  forwardMessage(call, args) {
    const source = findSource(call, args.from_chat_id, args.message_id, 'forward');
    const { content, text, entities, html } = source;
    const origin = source.origin ?? {
      type: 'user' as const,
      date: unixTime(source.date),
      sender_user: toUser(source.from),
    };
    return show(call, post(call, args, { content, text, entities: [...entities], html, origin }));
  },

  sendChatAction(call, args) {
    demandWritable(call, findPlace(call, args.chat_id));
    return true;
  },
};
