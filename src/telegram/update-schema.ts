import type { Update } from 'grammy/types';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const id: Check = Number.isSafeInteger;
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

function shape(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return checks.every(([name, check]) => check(Reflect.get(value, name)));
  };
}

/**
 * The envelope of an update: what routing and the handlers lean on, and no more. Telegram adds fields and kinds
 * of updates at will, so the rest passes unread. Looked at in place: zod makes a copy of all that it reads, which costs
 * a fifth of the routing.
 */
const person = shape({ id, first_name: text });
const chat = shape({ id, type: oneOf('private', 'group', 'supergroup', 'channel') });
const file = shape({ file_id: text, file_unique_id: text });
const message = shape({
  message_id: id,
  date: id,
  chat,
  from: optional(person),
  text: optional(text),
  caption: optional(text),
  photo: optional(listOf(file)),
  document: optional(file),
  entities: optional(listOf(shape({ type: text, offset: id, length: id }))),
});
const memberStatus = shape({ status: text, user: person });
const memberUpdate = shape({
  chat,
  from: person,
  date: id,
  old_chat_member: memberStatus,
  new_chat_member: memberStatus,
});
const isUpdate = shape({
  update_id: (value) => id(value) && Number(value) >= 0,
  message: optional(message),
  callback_query: optional(
    shape({
      id: text,
      from: person,
      message: optional(shape({ message_id: id, chat, date: id })),
      data: optional(text),
    }),
  ),
  my_chat_member: optional(memberUpdate),
  chat_member: optional(memberUpdate),
});

/** Null for what is no update. */
export function parseUpdate(body: unknown): Update | null {
  // The checks are a part of Telegram's own type, and the object holds the rest of it.
  return isUpdate(body) ? (body as Update) : null;
}

/** Everything that Getolog listens for; always sent in full, because Telegram leaves `chat_member` out by default. */
export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member', 'chat_member'] as const;

/** Updates with the same key are handled one after another, in the order in which Telegram sent them. */
export function orderKey(update: Update): string {
  const chatOf =
    update.message?.chat ??
    update.callback_query?.message?.chat ??
    update.my_chat_member?.chat ??
    update.chat_member?.chat;
  return String(chatOf?.id ?? update.callback_query?.from.id ?? 'none');
}
