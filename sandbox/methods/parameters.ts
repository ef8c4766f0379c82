import type { Update } from 'grammy/types';

// Written down by hand from the Bot API's pages. `!` ends what is required, `/` stands between alternatives.
// Only what is named here is accepted: a name that Telegram would ignore in silence is a slip of the caller.

type Scalar = 'Integer' | 'Float' | 'String' | 'Boolean' | 'InputFile';
type ObjectName =
  | 'InlineKeyboardMarkup'
  | 'InlineKeyboardButton'
  | 'ReplyKeyboardMarkup'
  | 'KeyboardButton'
  | 'KeyboardButtonRequestChat'
  | 'KeyboardButtonRequestUsers'
  | 'ChatAdministratorRights'
  | 'ReplyKeyboardRemove'
  | 'ForceReply'
  | 'CopyTextButton'
  | 'WebAppInfo'
  | 'ReplyParameters'
  | 'LinkPreviewOptions'
  | 'MessageEntity'
  | 'BotCommand'
  | 'LabeledPrice';
type VariantName = 'BotCommandScope' | 'InputProfilePhoto' | 'MenuButton' | 'ReactionType';
type Named = Scalar | ObjectName | VariantName;
type OneType =
  | Named
  | `Array of ${'String' | 'Integer' | ObjectName | VariantName}`
  | `Array of Array of ${ObjectName}`
  | 'Integer/String'
  | 'InputFile/String'
  | 'InlineKeyboardMarkup/ReplyKeyboardMarkup/ReplyKeyboardRemove/ForceReply';
type Field = OneType | `${OneType}!`;
export type FieldTable = Readonly<Record<string, Field>>;

const SEND = {
  chat_id: 'Integer/String!',
  message_thread_id: 'Integer',
  disable_notification: 'Boolean',
  protect_content: 'Boolean',
  message_effect_id: 'String',
  reply_parameters: 'ReplyParameters',
  reply_markup: 'InlineKeyboardMarkup/ReplyKeyboardMarkup/ReplyKeyboardRemove/ForceReply',
} as const satisfies FieldTable;

const CAPTION = {
  caption: 'String',
  parse_mode: 'String',
  caption_entities: 'Array of MessageEntity',
} as const satisfies FieldTable;

const EDIT = {
  chat_id: 'Integer/String',
  message_id: 'Integer',
  inline_message_id: 'String',
  reply_markup: 'InlineKeyboardMarkup',
} as const satisfies FieldTable;

const CHAT = { chat_id: 'Integer/String!' } as const satisfies FieldTable;
const MEMBER = { ...CHAT, user_id: 'Integer!' } as const satisfies FieldTable;
const MESSAGE = { ...CHAT, message_id: 'Integer!' } as const satisfies FieldTable;
const LANGUAGE = { language_code: 'String' } as const satisfies FieldTable;
const NEW_LINK = {
  name: 'String',
  expire_date: 'Integer',
  member_limit: 'Integer',
  creates_join_request: 'Boolean',
} as const satisfies FieldTable;
const PICTURE_OPTIONS = { show_caption_above_media: 'Boolean', has_spoiler: 'Boolean' } as const;
const INVOICE = {
  title: 'String!',
  description: 'String!',
  payload: 'String!',
  provider_token: 'String',
  currency: 'String!',
  prices: 'Array of LabeledPrice!',
} as const satisfies FieldTable;
const CHARGE = { user_id: 'Integer!', telegram_payment_charge_id: 'String!' } as const;
const SIZE = {
  duration: 'Integer',
  width: 'Integer',
  height: 'Integer',
  thumbnail: 'InputFile/String',
} as const;

/** Every method that the sandbox knows. */
export const METHODS = {
  getMe: {},
  getManagedBotToken: { user_id: 'Integer!' },
  replaceManagedBotToken: { user_id: 'Integer!' },
  setMyProfilePhoto: { photo: 'InputProfilePhoto!' },
  removeMyProfilePhoto: {},
  setWebhook: {
    url: 'String!',
    certificate: 'InputFile',
    ip_address: 'String',
    max_connections: 'Integer',
    allowed_updates: 'Array of String',
    drop_pending_updates: 'Boolean',
    secret_token: 'String',
  },
  getWebhookInfo: {},
  deleteWebhook: { drop_pending_updates: 'Boolean' },
  getUpdates: { offset: 'Integer', limit: 'Integer', timeout: 'Integer', allowed_updates: 'Array of String' },

  sendMessage: {
    ...SEND,
    text: 'String!',
    parse_mode: 'String',
    entities: 'Array of MessageEntity',
    link_preview_options: 'LinkPreviewOptions',
  },
  sendPhoto: { ...SEND, ...CAPTION, ...PICTURE_OPTIONS, photo: 'InputFile/String!' },
  sendDocument: {
    ...SEND,
    ...CAPTION,
    document: 'InputFile/String!',
    thumbnail: 'InputFile/String',
    disable_content_type_detection: 'Boolean',
  },
  sendVideo: {
    ...SEND,
    ...CAPTION,
    ...PICTURE_OPTIONS,
    ...SIZE,
    video: 'InputFile/String!',
    supports_streaming: 'Boolean',
  },
  sendVoice: { ...SEND, ...CAPTION, voice: 'InputFile/String!', duration: 'Integer' },
  sendAudio: {
    ...SEND,
    ...CAPTION,
    audio: 'InputFile/String!',
    duration: 'Integer',
    performer: 'String',
    title: 'String',
    thumbnail: 'InputFile/String',
  },
  sendAnimation: { ...SEND, ...CAPTION, ...PICTURE_OPTIONS, ...SIZE, animation: 'InputFile/String!' },
  sendVideoNote: {
    ...SEND,
    video_note: 'InputFile/String!',
    duration: 'Integer',
    length: 'Integer',
    thumbnail: 'InputFile/String',
  },
  sendSticker: { ...SEND, sticker: 'InputFile/String!', emoji: 'String' },
  sendLocation: { ...SEND, latitude: 'Float!', longitude: 'Float!', horizontal_accuracy: 'Float' },
  sendContact: {
    ...SEND,
    phone_number: 'String!',
    first_name: 'String!',
    last_name: 'String',
    vcard: 'String',
  },
  copyMessage: {
    ...SEND,
    ...CAPTION,
    from_chat_id: 'Integer/String!',
    message_id: 'Integer!',
    show_caption_above_media: 'Boolean',
  },
  forwardMessage: {
    ...MESSAGE,
    from_chat_id: 'Integer/String!',
    message_thread_id: 'Integer',
    disable_notification: 'Boolean',
    protect_content: 'Boolean',
  },

  editMessageText: {
    ...EDIT,
    text: 'String',
    parse_mode: 'String',
    entities: 'Array of MessageEntity',
    link_preview_options: 'LinkPreviewOptions',
  },
  editMessageCaption: { ...EDIT, ...CAPTION, show_caption_above_media: 'Boolean' },
  editMessageReplyMarkup: EDIT,
  deleteMessage: MESSAGE,
  deleteMessages: { ...CHAT, message_ids: 'Array of Integer!' },
  setMessageReaction: { ...MESSAGE, reaction: 'Array of ReactionType', is_big: 'Boolean' },
  answerCallbackQuery: {
    callback_query_id: 'String!',
    text: 'String',
    show_alert: 'Boolean',
    url: 'String',
    cache_time: 'Integer',
  },
  sendChatAction: { ...CHAT, message_thread_id: 'Integer', action: 'String!' },
  getFile: { file_id: 'String!' },

  getChat: CHAT,
  getChatMember: MEMBER,
  getChatAdministrators: { ...CHAT, return_bots: 'Boolean' },
  getChatMemberCount: CHAT,
  banChatMember: { ...MEMBER, until_date: 'Integer', revoke_messages: 'Boolean' },
  unbanChatMember: { ...MEMBER, only_if_banned: 'Boolean' },
  leaveChat: CHAT,
  createChatInviteLink: { ...CHAT, ...NEW_LINK },
  editChatInviteLink: { ...CHAT, ...NEW_LINK, invite_link: 'String!' },
  revokeChatInviteLink: { ...CHAT, invite_link: 'String!' },
  exportChatInviteLink: CHAT,

  setMyCommands: { ...LANGUAGE, commands: 'Array of BotCommand!', scope: 'BotCommandScope' },
  getMyCommands: { ...LANGUAGE, scope: 'BotCommandScope' },
  deleteMyCommands: { ...LANGUAGE, scope: 'BotCommandScope' },
  setMyName: { ...LANGUAGE, name: 'String' },
  setMyDescription: { ...LANGUAGE, description: 'String' },
  getMyDescription: LANGUAGE,
  setMyShortDescription: { ...LANGUAGE, short_description: 'String' },
  getMyShortDescription: LANGUAGE,
  sendInvoice: {
    ...SEND,
    ...INVOICE,
    start_parameter: 'String',
    reply_markup: 'InlineKeyboardMarkup',
  },
  createInvoiceLink: { ...INVOICE, subscription_period: 'Integer' },
  answerPreCheckoutQuery: { pre_checkout_query_id: 'String!', ok: 'Boolean!', error_message: 'String' },
  refundStarPayment: CHARGE,
  editUserStarSubscription: { ...CHARGE, is_canceled: 'Boolean!' },
  getStarTransactions: { offset: 'Integer', limit: 'Integer' },
  getMyStarBalance: {},

  setChatMenuButton: { chat_id: 'Integer', menu_button: 'MenuButton' },
} as const satisfies Readonly<Record<string, FieldTable>>;

export type MethodName = keyof typeof METHODS;

const BUTTON = { text: 'String!', icon_custom_emoji_id: 'String', style: 'String' } as const;

/** The objects that parameters are made of. */
export const OBJECTS: Readonly<Record<ObjectName, FieldTable>> = {
  InlineKeyboardMarkup: { inline_keyboard: 'Array of Array of InlineKeyboardButton!' },
  InlineKeyboardButton: {
    ...BUTTON,
    url: 'String',
    callback_data: 'String',
    web_app: 'WebAppInfo',
    switch_inline_query: 'String',
    switch_inline_query_current_chat: 'String',
    copy_text: 'CopyTextButton',
    pay: 'Boolean',
  },
  CopyTextButton: { text: 'String!' },
  WebAppInfo: { url: 'String!' },
  ReplyKeyboardMarkup: {
    keyboard: 'Array of Array of KeyboardButton!',
    is_persistent: 'Boolean',
    resize_keyboard: 'Boolean',
    one_time_keyboard: 'Boolean',
    input_field_placeholder: 'String',
    selective: 'Boolean',
  },
  KeyboardButton: {
    ...BUTTON,
    request_users: 'KeyboardButtonRequestUsers',
    request_chat: 'KeyboardButtonRequestChat',
    request_contact: 'Boolean',
    request_location: 'Boolean',
    web_app: 'WebAppInfo',
  },
  KeyboardButtonRequestUsers: {
    request_id: 'Integer!',
    user_is_bot: 'Boolean',
    user_is_premium: 'Boolean',
    max_quantity: 'Integer',
    request_name: 'Boolean',
    request_username: 'Boolean',
    request_photo: 'Boolean',
  },
  KeyboardButtonRequestChat: {
    request_id: 'Integer!',
    chat_is_channel: 'Boolean!',
    chat_is_forum: 'Boolean',
    chat_has_username: 'Boolean',
    chat_is_created: 'Boolean',
    user_administrator_rights: 'ChatAdministratorRights',
    bot_administrator_rights: 'ChatAdministratorRights',
    bot_is_member: 'Boolean',
    request_title: 'Boolean',
    request_username: 'Boolean',
    request_photo: 'Boolean',
  },
  ChatAdministratorRights: {
    is_anonymous: 'Boolean!',
    can_manage_chat: 'Boolean!',
    can_delete_messages: 'Boolean!',
    can_manage_video_chats: 'Boolean!',
    can_restrict_members: 'Boolean!',
    can_promote_members: 'Boolean!',
    can_change_info: 'Boolean!',
    can_invite_users: 'Boolean!',
    can_post_stories: 'Boolean!',
    can_edit_stories: 'Boolean!',
    can_delete_stories: 'Boolean!',
    can_post_messages: 'Boolean',
    can_edit_messages: 'Boolean',
    can_pin_messages: 'Boolean',
    can_manage_topics: 'Boolean',
    can_manage_direct_messages: 'Boolean',
    can_manage_tags: 'Boolean',
    can_send_welcome_messages: 'Boolean',
  },
  ReplyKeyboardRemove: { remove_keyboard: 'Boolean!', selective: 'Boolean' },
  ForceReply: { force_reply: 'Boolean!', input_field_placeholder: 'String', selective: 'Boolean' },
  ReplyParameters: {
    message_id: 'Integer!',
    chat_id: 'Integer/String',
    allow_sending_without_reply: 'Boolean',
    quote: 'String',
    quote_parse_mode: 'String',
    quote_entities: 'Array of MessageEntity',
    quote_position: 'Integer',
  },
  LinkPreviewOptions: {
    is_disabled: 'Boolean',
    url: 'String',
    prefer_small_media: 'Boolean',
    prefer_large_media: 'Boolean',
    show_above_text: 'Boolean',
  },
  MessageEntity: {
    type: 'String!',
    offset: 'Integer!',
    length: 'Integer!',
    url: 'String',
    language: 'String',
    custom_emoji_id: 'String',
  },
  BotCommand: { command: 'String!', description: 'String!' },
  LabeledPrice: { label: 'String!', amount: 'Integer!' },
};

/** Objects of several shapes, told apart by `type`. */
export const VARIANTS: Readonly<Record<VariantName, Readonly<Record<string, FieldTable>>>> = {
  BotCommandScope: {
    default: { type: 'String!' },
    all_private_chats: { type: 'String!' },
    all_group_chats: { type: 'String!' },
    all_chat_administrators: { type: 'String!' },
    chat: { type: 'String!', ...CHAT },
    chat_administrators: { type: 'String!', ...CHAT },
    chat_member: { type: 'String!', ...MEMBER },
  },
  InputProfilePhoto: { static: { type: 'String!', photo: 'String!' } },
  MenuButton: {
    commands: { type: 'String!' },
    web_app: { type: 'String!', text: 'String!', web_app: 'WebAppInfo!' },
    default: { type: 'String!' },
  },
  ReactionType: {
    emoji: { type: 'String!', emoji: 'String!' },
    custom_emoji: { type: 'String!', custom_emoji_id: 'String!' },
  },
};

/** What a bot may ask to be told of. */
export const UPDATE_KINDS = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'guest_message',
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'managed_bot',
  'stopped_message_generation',
  'subscription',
] as const satisfies readonly Exclude<keyof Update, 'update_id'>[];
