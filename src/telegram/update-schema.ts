import type { Update } from 'grammy/types';
import { z } from 'zod';

/**
 * The envelope of an update: what routing and the handlers lean on, and no more. Telegram adds fields and kinds
 * of updates at will, so the rest passes unread.
 */
const id = z.int();
const person = z.looseObject({ id, first_name: z.string() });
const chat = z.looseObject({ id, type: z.enum(['private', 'group', 'supergroup', 'channel']) });
const message = z.looseObject({
  message_id: id,
  date: id,
  chat,
  from: person.optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  photo: z.array(z.looseObject({ file_id: z.string(), file_unique_id: z.string() })).optional(),
  document: z.looseObject({ file_id: z.string(), file_unique_id: z.string() }).optional(),
  entities: z.array(z.looseObject({ type: z.string(), offset: id, length: id })).optional(),
});
const memberStatus = z.looseObject({ status: z.string(), user: person });
const memberUpdate = z.looseObject({
  chat,
  from: person,
  date: id,
  old_chat_member: memberStatus,
  new_chat_member: memberStatus,
});

const update = z.looseObject({
  update_id: z.int().nonnegative(),
  message: message.optional(),
  callback_query: z
    .looseObject({
      id: z.string(),
      from: person,
      message: z.looseObject({ message_id: id, chat, date: id }).optional(),
      data: z.string().optional(),
    })
    .optional(),
  my_chat_member: memberUpdate.optional(),
  chat_member: memberUpdate.optional(),
});

/** Null for what is no update. */
export function parseUpdate(body: unknown): Update | null {
  const parsed = update.safeParse(body);
  // The schema is a part of Telegram's own type, and the original object holds the rest of it.
  return parsed.success ? (body as Update) : null;
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
