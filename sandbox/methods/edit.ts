import type { InlineKeyboardMarkup, Message } from 'grammy/types';
import { badRequest, callersBug } from '../server/api-error.ts';
import type { SandboxChat } from '../world/chats.ts';
import type { FormattedText } from '../world/entities.ts';
import { captionOf, Dialog, type StoredMessage } from '../world/messages.ts';
import type { Call, Handlers } from './call.ts';
import { readCaption, readText } from './formatted-text.ts';
import { findMessage, findPlace } from './places.ts';
import { readInlineKeyboard } from './reply-markup.ts';
import { show } from './send.ts';

/** Telegram lets a bot delete a message for this long. */
const DELETABLE_FOR_MS = 48 * 3_600_000;
const MOST_DELETED_AT_ONCE = 100;

interface EditTarget {
  chat_id?: number | string;
  message_id?: number;
}

function findEditable(call: Call, target: EditTarget): StoredMessage {
  if (target.chat_id === undefined) throw callersBug('chat_id is empty');
  if (target.message_id === undefined) throw callersBug('message identifier is not specified');
  const message = findMessage(findPlace(call, target.chat_id), target.message_id, 'edit');
  const isOwn =
    message.from === call.bot && message.content.kind !== 'service' && message.origin === undefined;
  if (!isOwn) throw badRequest("message can't be edited");
  return message;
}

function readEditedMarkup(
  call: Call,
  { chat_id, message_id, reply_markup }: EditTarget & { reply_markup?: InlineKeyboardMarkup },
): StoredMessage['markup'] {
  if (chat_id === undefined) throw callersBug('chat_id is empty');
  const place = findPlace(call, chat_id);
  const isInvoice = place.messages.some(({ id, content }) => id === message_id && content.kind === 'invoice');
  return readInlineKeyboard(call.world, place, reply_markup, isInvoice);
}

interface Edit extends FormattedText {
  html: string;
  markup: StoredMessage['markup'];
}

function applyEdit(call: Call, message: StoredMessage, edit: Edit): Message & Message.CommonMessage {
  const before = JSON.stringify([captionOf(message), message.markup]);
  const after = JSON.stringify([{ text: edit.text, entities: edit.entities }, edit.markup]);
  if (before === after) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  message.text = edit.text;
  message.entities = edit.entities;
  message.html = edit.html;
  message.markup = edit.markup;
  message.editedAt = call.world.now();
  call.world.journal.note(`@${call.bot.username} edited message ${message.id}`);
  return show(call, message);
}

function remove(call: Call, message: StoredMessage): void {
  message.isDeleted = true;
  call.world.journal.note(`@${call.bot.username} deleted message ${message.id}`);
}

function isDeletable(call: Call, place: Dialog | SandboxChat, message: StoredMessage): boolean {
  const isFresh = call.world.now().getTime() - message.date.getTime() < DELETABLE_FOR_MS;
  const isMine = message.from === call.bot || place instanceof Dialog;
  return isFresh && (isMine || place.canDo(call.bot, 'can_delete_messages'));
}

export const editing: Handlers<
  | 'editMessageText'
  | 'editMessageCaption'
  | 'editMessageReplyMarkup'
  | 'deleteMessage'
  | 'deleteMessages'
  | 'setMessageReaction'
> = {
  editMessageText(call, args) {
    const written = readText(args.text ?? '', args.parse_mode, args.entities);
    const markup = readEditedMarkup(call, args);
    const message = findEditable(call, args);
    if (message.content.kind !== 'text') throw badRequest('there is no text in the message to edit');
    return applyEdit(call, message, { ...written, markup }) as Message.TextMessage & { edit_date: number };
  },

  editMessageCaption(call, args) {
    const written = readCaption(args.caption, args.parse_mode, args.caption_entities);
    const markup = readEditedMarkup(call, args);
    const message = findEditable(call, args);
    if (message.content.kind !== 'media') throw badRequest('there is no caption in the message to edit');
    return applyEdit(call, message, { ...written, markup }) as Message.CaptionableMessage & {
      edit_date: number;
    };
  },

  editMessageReplyMarkup(call, args) {
    const markup = readEditedMarkup(call, args);
    const message = findEditable(call, args);
    const { text, entities, html } = message;
    return applyEdit(call, message, { text, entities, html, markup }) as Message & { edit_date: number };
  },

  deleteMessage(call, args) {
    const place = findPlace(call, args.chat_id);
    const message = findMessage(place, args.message_id, 'delete');
    if (!isDeletable(call, place, message)) throw badRequest("message can't be deleted for everyone");
    remove(call, message);
    return true;
  },

  deleteMessages(call, args) {
    if (args.message_ids.length > MOST_DELETED_AT_ONCE) throw callersBug('too many messages to delete');
    const place = findPlace(call, args.chat_id);
    for (const message of place.messages) {
      const isMeant = args.message_ids.includes(message.id) && !message.isDeleted;
      if (isMeant && isDeletable(call, place, message)) remove(call, message);
    }
    return true;
  },

  setMessageReaction(call, args) {
    findMessage(findPlace(call, args.chat_id), args.message_id, 'react');
    return true;
  },
};
