import { randomInt } from 'node:crypto';
import type { ChatMember } from 'grammy/types';
import { unixTime } from './defined.ts';
import { type Person, toUser } from './world/accounts.ts';
import { toPrivateChat } from './world/chats.ts';
import { commandsIn, escapeHtml } from './world/entities.ts';
import { type Content, Dialog, type StoredMessage, toMessage } from './world/messages.ts';
import type { NewMessage, World } from './world/world.ts';

export const TASHKENT = { kind: 'location', latitude: 41.3111, longitude: 69.2797 } as const;

export function contactOf({ firstName, lastName }: Person): Content {
  return { kind: 'contact', phoneNumber: '+998900000000', firstName, lastName };
}

/** A message as a person writes it: no markup, but commands are seen. */
export function signed(person: Person, message: Omit<NewMessage, 'from'>): NewMessage {
  const text = message.text ?? '';
  return { ...message, from: person, text, html: escapeHtml(text), entities: commandsIn(text) };
}

export function write(world: World, dialog: Dialog, message: Omit<NewMessage, 'from'>): void {
  const { person, bot } = dialog;
  if (dialog.isBlocked) throw new Error(`${person.firstName} has blocked @${bot.username}.`);
  dialog.hasStarted = true;
  world.tellOfMessage(bot, world.addMessage(dialog, signed(person, message)));
}

/** Another file, or other words, in what was sent before; a file stays where only the words are changed. */
export function edit(world: World, message: StoredMessage, content: Content | undefined, text: string): void {
  if (!(message.place instanceof Dialog)) throw new Error('Only what was written to a bot is edited here.');
  if (content) message.content = content;
  message.text = text;
  message.editedAt = world.now();
  world.tellOfEdit(message.place.bot, message);
}

/** A press on a message that is gone, or that Telegram finds too old, arrives without the message's content. */
export function press(
  world: World,
  dialog: Dialog,
  message: StoredMessage,
  data: string,
  isTooOld = false,
): void {
  const { person, bot } = dialog;
  const id = `${randomInt(1e9, 1e10)}${randomInt(1e8, 1e9)}`;
  world.callbackQueries.set(id, { dialog, isAnswered: false });
  const callback_query = {
    id,
    from: toUser(person),
    chat_instance: String(dialog.id),
    data,
    message:
      message.isDeleted || isTooOld
        ? { chat: toPrivateChat(person), message_id: message.id, date: 0 as const }
        : toMessage(message, bot, world.files),
  };
  world.tell(bot, { callback_query }, dialog.id);
}

export function setBlocked(world: World, dialog: Dialog, isBlocked: boolean): void {
  if (dialog.isBlocked === isBlocked) return;
  dialog.isBlocked = isBlocked;
  const { person, bot } = dialog;
  const user = toUser(bot);
  const member: ChatMember = { status: 'member', user };
  const kicked: ChatMember = { status: 'kicked', user, until_date: 0 };
  const my_chat_member = {
    chat: toPrivateChat(person),
    from: toUser(person),
    date: unixTime(world.now()),
    old_chat_member: isBlocked ? member : kicked,
    new_chat_member: isBlocked ? kicked : member,
  };
  world.tell(bot, { my_chat_member }, dialog.id);
}
