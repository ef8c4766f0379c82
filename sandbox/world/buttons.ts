import type {
  InlineKeyboardButton,
  KeyboardButtonRequestChat,
  KeyboardButtonRequestUsers,
} from 'grammy/types';
import type { Person } from './accounts.ts';
import type { AdminRight, SandboxChat } from './chats.ts';
import { changeMember } from './membership.ts';
import type { Dialog, StoredMessage } from './messages.ts';
import type { World } from './world.ts';

/** What pressing a button of that label comes to. */
type Press =
  | { kind: 'callback'; message: StoredMessage; data: string }
  | { kind: 'text'; text: string }
  | { kind: 'request chat'; request: KeyboardButtonRequestChat }
  | { kind: 'request users'; request: KeyboardButtonRequestUsers };

/**
 * Looks for the button where a person would: on the newest message that has it, else under the input field.
 * @throws where there is none, or pressing it sends nothing to the bot
 */
export function findPress(dialog: Dialog, label: string | RegExp, messageId?: number): Press {
  const matches = (text: string): boolean => (typeof label === 'string' ? text === label : label.test(text));
  const withButtons = dialog.messages.filter(
    ({ id, isDeleted }) => !isDeleted && (messageId === undefined || id === messageId),
  );
  for (const message of withButtons.toReversed()) {
    const button = buttonsOf(message).find(({ text }) => matches(text));
    if (button !== undefined) return { kind: 'callback', message, data: dataOf(button) };
  }
  const keys = messageId === undefined ? (dialog.keyboard?.keyboard.flat() ?? []) : [];
  const key = keys.find((candidate) => matches(typeof candidate === 'string' ? candidate : candidate.text));
  if (key === undefined) {
    const there = [
      ...withButtons.flatMap((message) => buttonsOf(message).map(({ text }) => text)),
      ...keys.map((candidate) => (typeof candidate === 'string' ? candidate : candidate.text)),
    ];
    const buttons = there.length > 0 ? there.map((text) => `"${text}"`).join(', ') : 'none at all';
    throw new Error(
      `${dialog.person.firstName} finds no button ${String(label)} of @${dialog.bot.username}; there are ${buttons}.`,
    );
  }
  if (typeof key === 'string') return { kind: 'text', text: key };
  if ('request_users' in key) return { kind: 'request users', request: key.request_users };
  return 'request_chat' in key
    ? { kind: 'request chat', request: key.request_chat }
    : { kind: 'text', text: key.text };
}

function buttonsOf(message: StoredMessage): InlineKeyboardButton[] {
  return message.markup?.inline_keyboard.flat() ?? [];
}

function dataOf(button: InlineKeyboardButton): string {
  if ('callback_data' in button) return button.callback_data;
  if ('url' in button)
    throw new Error(`The button "${button.text}" opens ${button.url}: the bot hears nothing of it.`);
  if ('web_app' in button) {
    throw new Error(
      `The button "${button.text}" opens an app at ${button.web_app.url}: the bot hears nothing of it.`,
    );
  }
  if ('copy_text' in button) {
    throw new Error(
      `The button "${button.text}" copies "${button.copy_text.text}": the bot hears nothing of it.`,
    );
  }
  throw new Error(`The button "${button.text}" is of a kind that the sandbox cannot press.`);
}

/**
 * Picks a chat for a button that asks for one; Telegram offers only chats that fit the request, and gives the bot
 * the rights that it names.
 */
export function shareChat(
  world: World,
  dialog: Dialog,
  request: KeyboardButtonRequestChat,
  chat: SandboxChat | undefined,
): StoredMessage {
  if (chat === undefined) throw new Error('This button asks for a chat: name one.');
  const { person, bot } = dialog;
  const refusal = whyNotOffered(dialog, request, chat);
  if (refusal !== undefined) throw new Error(`Telegram would not offer ${chat.title} here: ${refusal}.`);
  const wanted = request.bot_administrator_rights ?? {};
  const rights = Object.entries(wanted).flatMap(([right, isWanted]) =>
    isWanted === true ? [right as AdminRight] : [],
  );
  if (rights.some((right) => !chat.canDo(bot, right))) {
    changeMember(world, chat, bot, { state: { status: 'administrator', rights }, by: person });
  }
  const chat_shared = {
    request_id: request.request_id,
    chat_id: chat.id,
    ...(request.request_title === true && { title: chat.title }),
    ...(request.request_username === true && chat.username !== undefined && { username: chat.username }),
  };
  return world.addMessage(dialog, { from: person, content: { kind: 'service', fields: { chat_shared } } });
}

/** Picks people for a button that asks for some; Telegram offers no more than it asks for. */
export function shareUsers(
  world: World,
  { person, bot }: Dialog,
  request: KeyboardButtonRequestUsers,
  people: readonly Person[] = [],
): StoredMessage {
  const most = request.max_quantity ?? 1;
  if (people.length === 0) throw new Error('This button asks for people: name some.');
  if (people.length > most) throw new Error(`Telegram would let ${person.firstName} pick ${most} at most.`);
  const users = people.map(({ id, firstName, lastName, username }) => ({
    user_id: id,
    ...(request.request_name === true && { first_name: firstName }),
    ...(request.request_name === true && lastName !== undefined && { last_name: lastName }),
    ...(request.request_username === true && username !== undefined && { username }),
  }));
  const users_shared = { request_id: request.request_id, users };
  const content = { kind: 'service' as const, fields: { users_shared } };
  return world.addMessage(world.dialog(bot, person), { from: person, content });
}

function whyNotOffered(
  { person, bot }: { person: Person; bot: Dialog['bot'] },
  request: KeyboardButtonRequestChat,
  chat: SandboxChat,
): string | undefined {
  if (request.chat_is_channel !== (chat.kind === 'channel')) return 'it is of the wrong kind';
  if (!chat.has(person)) return `${person.firstName} is not in it`;
  if (
    request.chat_has_username !== undefined &&
    request.chat_has_username !== (chat.username !== undefined)
  ) {
    return 'it is public and must not be, or the other way round';
  }
  if (request.bot_is_member === true && !chat.has(bot)) return `@${bot.username} is not in it`;
  const isManager = chat.isAdministrator(person);
  const isCreator = chat.stateOf(person).status === 'creator';
  if (request.user_administrator_rights !== undefined && !isManager)
    return `${person.firstName} does not run it`;
  if (request.chat_is_created === true && !isCreator) return `${person.firstName} did not create it`;
  return undefined;
}
