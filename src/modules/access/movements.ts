import type { Presence } from '../channels/chat-gateway.ts';

/** Who let somebody in or put them out: themselves when they came or left. An anonymous administrator is no bot. */
interface Mover {
  telegramUserId: bigint;
  isBot: boolean;
}

export interface ChatMemberName {
  telegramChatId: bigint;
  telegramUserId: bigint;
}

export interface Departure extends ChatMemberName {
  by: Mover;
  /** Telegram's date: names the event, so that hearing of it twice does nothing twice. */
  at: Date;
  /** Of several moves the one with the greatest is the newest. */
  toldOrder: bigint;
}

export interface Arrival extends Departure {
  /** The invite link that they came through, as far as Telegram says. */
  link: string | null;
}

export interface SeenMember extends ChatMemberName {
  presence: Presence;
}
