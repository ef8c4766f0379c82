import type { Update } from 'grammy/types';
import { z } from 'zod';

/**
 * What routing, the handlers and grammY's filters lean on, and no more: Telegram adds fields and kinds of updates at will,
 * so the rest passes unread. Whatever gets past this must not make a handler fail.
 */
const id = z.int();
/** Ids of messages, which the books keep in 32 bits. */
const messageId = z.int32().nonnegative();
/** Postgres keeps no NUL, and Telegram sends none. */
const text = z.string().refine((value) => !value.includes('\u0000'));
const flag = z.boolean().optional();

const person = z.looseObject({
  id: id.positive(),
  is_bot: flag,
  first_name: text,
  last_name: text.optional(),
  username: text.optional(),
  language_code: text.optional(),
});
const chat = z.looseObject({
  id,
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
  title: text.optional(),
  username: text.optional(),
});
const file = z.looseObject({
  file_id: text,
  file_unique_id: text,
  file_size: z.number().optional(),
  mime_type: text.optional(),
});
const entities = z
  .array(z.looseObject({ type: text, offset: id.nonnegative(), length: id.nonnegative() }))
  .optional();
const message = z
  .looseObject({
    message_id: messageId,
    date: id,
    chat,
    from: person.optional(),
    text: text.optional(),
    caption: text.optional(),
    media_group_id: text.optional(),
    photo: z.array(file).optional(),
    document: file.optional(),
    entities,
    caption_entities: entities,
    reply_to_message: z.looseObject({ message_id: messageId }).optional(),
    chat_shared: z.looseObject({ request_id: id, chat_id: id }).optional(),
    migrate_to_chat_id: id.optional(),
    migrate_from_chat_id: id.optional(),
  })
  // Entities are places in a text: grammY looks there without asking whether it is.
  .refine(({ entities: inText, text: words }) => inText === undefined || words !== undefined)
  .refine(({ caption_entities: inCaption, caption }) => inCaption === undefined || caption !== undefined);
const member = z.looseObject({
  status: text,
  user: person,
  is_member: flag,
  can_invite_users: flag,
  can_restrict_members: flag,
});
const memberUpdate = z.looseObject({
  chat,
  from: person,
  date: id,
  old_chat_member: member,
  new_chat_member: member,
  invite_link: z.looseObject({ invite_link: text }).optional(),
});

const update = z.looseObject({
  // Only remembered, never kept in the books.
  update_id: id.nonnegative(),
  message: message.optional(),
  callback_query: z
    .looseObject({ id: text, from: person, message: message.optional(), data: text.optional() })
    .optional(),
  my_chat_member: memberUpdate.optional(),
  chat_member: memberUpdate.optional(),
});

/** Null for what is no update. */
export function parseUpdate(body: unknown): Update | null {
  const parsed = update.safeParse(body);
  // The schema is a part of Telegram's own type, and the original object holds the rest of it.
  return parsed.success ? withCommandMarked(body as Update) : null;
}

const COMMAND = /^\/\w+(?:@\w+)?(?!\S)/;

/** Telegram marks the command that begins a message. Other servers of the Bot API may not, and it means the same. */
function withCommandMarked(received: Update): Update {
  const { message: sent } = received;
  if (sent?.text === undefined || sent.entities !== undefined) return received;
  const command = COMMAND.exec(sent.text)?.[0];
  if (command === undefined) return received;
  const entities = [{ type: 'bot_command' as const, offset: 0, length: command.length }];
  return { ...received, message: { ...sent, entities } };
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

/** Who wrote or pressed; null where nobody did, such as a change of membership. */
export function personOf(update: Update): number | null {
  return (update.message?.from ?? update.callback_query?.from)?.id ?? null;
}

/** One of the kinds that Getolog listens for, or `other`. */
export function kindOf(update: Update): (typeof ALLOWED_UPDATES)[number] | 'other' {
  return ALLOWED_UPDATES.find((kind) => update[kind] !== undefined) ?? 'other';
}
