import type { Channel as ChannelRow } from '../../infra/prisma-client/client.ts';

export type ChannelType = 'channel' | 'group';

/** A chat that a bot sells, as its owner sees it. */
export interface Channel {
  id: number;
  telegramChatId: bigint;
  type: ChannelType;
  title: string;
  isBasicGroup: boolean;
  isPublic: boolean;
  canInvite: boolean;
  canRestrict: boolean;
}

export function toChannel(row: ChannelRow): Channel {
  return {
    id: row.id,
    telegramChatId: row.telegramChatId,
    type: row.type as ChannelType,
    title: row.title,
    isBasicGroup: row.isBasicGroup,
    isPublic: row.isPublic,
    canInvite: row.canInvite,
    canRestrict: row.canRestrict,
  };
}

/** Rows of chats that are connected now. */
export const CONNECTED = { connectedAt: { not: null }, disconnectedAt: null } as const;

/** What Telegram says of a chat. */
export interface ChatDescription {
  telegramChatId: bigint;
  type: ChannelType;
  title: string;
  isPublic: boolean;
  isBasicGroup: boolean;
}

/** What Telegram says of the bot's place in it. */
export interface BotPlace {
  /** False when the bot was removed or left. */
  isInside: boolean;
  canInvite: boolean;
  canRestrict: boolean;
}

/** Its place in a chat where it is not. */
export const OUTSIDE: BotPlace = { isInside: false, canInvite: false, canRestrict: false };

/** A chat as the bot sees it from inside. */
export type ChatSight = ChatDescription & BotPlace;

/** The bot's place in a chat has changed. */
export interface ChatMembership extends ChatSight {
  changedBy: bigint;
  /** Telegram's date of the change: names the event, so that hearing of it twice tells nobody twice. */
  changedAt: Date;
  /** Of several changes the one with the greatest is the newest. */
  toldOrder: bigint;
}

/** A chat as texts name it. */
export interface ChatName {
  channelId: number;
  title: string;
  type: ChannelType;
}

/** A chat as texts name it, with what the bot may do there. */
export interface ChatState extends ChatName {
  isBasicGroup: boolean;
  canInvite: boolean;
  canRestrict: boolean;
}

export function chatState(row: ChannelRow): ChatState {
  return {
    channelId: row.id,
    title: row.title,
    type: row.type as ChannelType,
    isBasicGroup: row.isBasicGroup,
    canInvite: row.canInvite,
    canRestrict: row.canRestrict,
  };
}
