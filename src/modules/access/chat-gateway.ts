/** A bot in one of its chats. */
export interface ChatPlace {
  telegramBotId: bigint;
  telegramChatId: bigint;
}

/** Administrators and the creator are inside too, but cannot be removed. */
export type Presence = 'inside' | 'administrator' | 'outside' | 'banned';

export interface OwnRights {
  isInside: boolean;
  canInvite: boolean;
  canRestrict: boolean;
}

/** What giving and taking access needs of Telegram. Each call is tried once; errors are `DeliveryError`. */
export interface ChatGateway {
  presenceOf(place: ChatPlace, telegramUserId: bigint): Promise<Presence>;
  /** What the bot itself may do there. */
  ownRights(place: ChatPlace): Promise<OwnRights>;
  /** A link that lets one person in, until `expiresAt`. */
  createInviteLink(place: ChatPlace, options: { name: string; expiresAt: Date }): Promise<string>;
  /** Quiet about a link that is revoked already or gone. */
  revokeInviteLink(place: ChatPlace, link: string): Promise<void>;
  /** Puts somebody out and leaves no ban behind. */
  removeMember(place: ChatPlace, telegramUserId: bigint): Promise<void>;
  ban(place: ChatPlace, telegramUserId: bigint): Promise<void>;
  liftBan(place: ChatPlace, telegramUserId: bigint): Promise<void>;
}
