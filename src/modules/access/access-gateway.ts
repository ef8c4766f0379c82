import type { ChatName } from '../channels/channel.ts';
import type { Presence } from '../channels/chat-gateway.ts';
import type { Address } from '../notifications/address.ts';

/** Why somebody gets a way in: it decides the words. */
type AccessReason = (typeof ACCESS_REASONS)[number];
export const ACCESS_REASONS = ['approved', 'granted', 'trial', 'again', 'leaked'] as const;

export interface AccessContent {
  chat: ChatName;
  reason: AccessReason;
  /** Null = lifetime. */
  expiresAt: Date | null;
  /** Of somebody outside whose time is up: they get no link. `graceUntil` null: nobody has said that their place is kept. */
  keptOut: { graceUntil: Date | null } | null;
  /** How long it works from now; null for somebody who is inside already or gets none. */
  link: { url: string; leftMs: number } | null;
}

/** Of somebody on the free list. */
export interface FreeLinkContent {
  chat: ChatName;
  /** Where they are now: only whoever is outside gets a link. `banned`: somebody put them out by hand. */
  presence: Presence;
  link: AccessContent['link'];
}

/** How a way in reaches whoever paid for it, or needs not to. Tried once; errors are `DeliveryError`. */
export interface AccessGateway {
  sendAccess(to: Address, content: AccessContent): Promise<void>;
  sendFreeLink(to: Address, content: FreeLinkContent): Promise<void>;
}
