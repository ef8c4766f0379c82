import { Ajv, type SchemaObject } from 'ajv';
import type { Update } from 'grammy/types';

/**
 * What routing, the handlers and grammY's filters lean on, and no more: Telegram adds fields and kinds of updates at will,
 * so the rest passes unread. Whatever gets past this must not make a handler fail. Compiled, and looked at in place: a
 * copy of all that is read would cost as much as the rest of the routing.
 */
const id = { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
const positiveId = { ...id, minimum: 1 };
const place = { ...id, minimum: 0 };
/** Ids of messages, which the database keeps in 32 bits. */
const messageId = { ...place, maximum: 2_147_483_647 };
/** Seconds since 1970, in the 32 bits in which Telegram counts them. */
const moment = { ...place, maximum: 2_147_483_647 };
/** Postgres keeps no NUL, and neither it nor Telegram takes half of a character; Telegram sends neither. */
const text = { type: 'string', pattern: '^[^\\u0000\\ud800-\\udfff]*$' };
const flag = { type: 'boolean' };

const list = (items: SchemaObject): SchemaObject => ({ type: 'array', items });
const object = (required: Record<string, SchemaObject>, optional: Record<string, SchemaObject> = {}) => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

const person = object(
  { id: positiveId, first_name: text },
  { is_bot: flag, last_name: text, username: text, language_code: text },
);
const chat = object(
  { id, type: { enum: ['private', 'group', 'supergroup', 'channel'] } },
  { title: text, username: text },
);
const file = object(
  { file_id: text, file_unique_id: text },
  { file_size: { type: 'number' }, mime_type: text, file_name: text },
);
const entities = list(object({ type: text, offset: place, length: place }));
/** Of Stars, whole ones. */
const payment = object(
  { currency: text, total_amount: positiveId, invoice_payload: text, telegram_payment_charge_id: text },
  { is_recurring: flag, is_first_recurring: flag, subscription_expiration_date: moment },
);
const message = {
  ...object(
    { message_id: messageId, date: moment, chat },
    {
      from: person,
      text,
      caption: text,
      media_group_id: text,
      photo: list(file),
      document: file,
      entities,
      edit_date: moment,
      caption_entities: entities,
      reply_to_message: object({ message_id: messageId }),
      chat_shared: object({ request_id: id, chat_id: id }),
      users_shared: object({
        request_id: { type: 'integer', minimum: -2_147_483_647, maximum: 2_147_483_647 },
        users: list(object({ user_id: positiveId }, { first_name: text, last_name: text, username: text })),
      }),
      migrate_to_chat_id: id,
      migrate_from_chat_id: id,
      successful_payment: payment,
      refunded_payment: payment,
    },
  ),
  // Entities are places in a text: grammY looks there without asking whether it is.
  dependencies: { entities: ['text'], caption_entities: ['caption'] },
};
const member = object(
  { status: text, user: person },
  { is_member: flag, can_invite_users: flag, can_restrict_members: flag },
);
const memberUpdate = object(
  { chat, from: person, date: moment, old_chat_member: member, new_chat_member: member },
  { invite_link: object({ invite_link: text }) },
);

const ajv = new Ajv({ strict: true });
/** Only remembered, never kept in the database. */
const isEnvelope = ajv.compile<Pick<Update, 'update_id'>>(object({ update_id: place }));
const isUsable = ajv.compile<Update>(
  object(
    {},
    {
      message,
      edited_message: message,
      callback_query: object({ id: text, from: person }, { message, data: text }),
      my_chat_member: memberUpdate,
      chat_member: memberUpdate,
      pre_checkout_query: object({
        id: text,
        from: person,
        currency: text,
        total_amount: positiveId,
        invoice_payload: text,
      }),
      managed_bot: object({ user: person, bot: person }),
      subscription: object({ user: person, invoice_payload: text, state: text }),
    },
  ),
);

/** An update of a kind, or with a part, that nothing can be done with. */
export type UnusableUpdate = { isUnusable: true };
const UNUSABLE: UnusableUpdate = { isUnusable: true };

export function isUnusable(update: Update | UnusableUpdate): update is UnusableUpdate {
  return update === UNUSABLE;
}

/**
 * Null for what is no update at all. What is one and cannot be used is told apart: Telegram repeats whatever is refused
 * for a day, and slows the bot meanwhile.
 */
export function parseUpdate(body: unknown): Update | UnusableUpdate | null {
  if (!isEnvelope(body)) return null;
  return isUsable(body) && kindOf(body) !== 'other' ? withCommandMarked(body) : UNUSABLE;
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
const ALLOWED_UPDATES = [
  'message',
  'edited_message',
  'callback_query',
  'my_chat_member',
  'chat_member',
  'pre_checkout_query',
  'subscription',
] as const;
/** The main bot hears of the bots that it manages as well. */
const OF_MAIN_BOT = [...ALLOWED_UPDATES, 'managed_bot'] as const;

export function allowedUpdates({ isMain }: { isMain: boolean }): typeof OF_MAIN_BOT | typeof ALLOWED_UPDATES {
  return isMain ? OF_MAIN_BOT : ALLOWED_UPDATES;
}

/** Updates with the same key are handled one after another, in the order in which Telegram sent them. */
export function orderKey(update: Update): string {
  const chatOf =
    update.message?.chat ??
    update.edited_message?.chat ??
    update.callback_query?.message?.chat ??
    update.my_chat_member?.chat ??
    update.chat_member?.chat;
  const personal = update.callback_query?.from ?? update.subscription?.user ?? update.managed_bot?.bot;
  return String(chatOf?.id ?? personal?.id ?? 'none');
}

/** Who wrote or pressed; null where nobody did, such as a change of membership. */
export function personOf(update: Update): number | null {
  return (update.message ?? update.edited_message ?? update.callback_query)?.from?.id ?? null;
}

/** One of the kinds that Getolog listens for, or `other`. */
export function kindOf(update: Update): (typeof OF_MAIN_BOT)[number] | 'other' {
  return OF_MAIN_BOT.find((kind) => update[kind] !== undefined) ?? 'other';
}
