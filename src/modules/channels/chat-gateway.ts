import type { ChatSight } from './channel.ts';

/** A bot in one of its chats. */
export interface ChatPlace {
  telegramBotId: bigint;
  telegramChatId: bigint;
}

/** Administrators and the creator are inside too, but cannot be removed. */
export type Presence = 'inside' | 'administrator' | 'outside' | 'banned';

/** What giving and taking access needs of Telegram. Each call is tried once; errors are `DeliveryError`. */
export interface ChatGateway {
  /** Only what a status says. @throws DeliveryError `unclear` where Telegram errs about somebody who may be inside */
  presenceOf(place: ChatPlace, telegramUserId: bigint): Promise<Presence>;
  /** The chat as it is now, and what the bot itself may do there; null where it is not inside. */
  look(place: ChatPlace): Promise<ChatSight | null>;
  /** The group where people discuss what stands in a channel; null where it has none. */
  discussionOf(place: ChatPlace): Promise<bigint | null>;
  /** A link that lets one person in, until `expiresAt`. */
  createInviteLink(place: ChatPlace, options: { name: string; expiresAt: Date }): Promise<string>;
  /** Quiet about a link that is revoked already or gone. */
  revokeInviteLink(place: ChatPlace, link: string): Promise<void>;
  /** Puts somebody out and leaves no ban behind. */
  removeMember(place: ChatPlace, telegramUserId: bigint): Promise<void>;
  ban(place: ChatPlace, telegramUserId: bigint): Promise<void>;
  liftBan(place: ChatPlace, telegramUserId: bigint): Promise<void>;
}
