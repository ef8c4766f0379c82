import type { ChatName } from '../channels/channel.ts';
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

/** How a way in reaches whoever paid for it. Tried once; errors are `DeliveryError`. */
export interface AccessGateway {
  sendAccess(to: Address, content: AccessContent): Promise<void>;
}
