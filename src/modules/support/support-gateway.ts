import type { PersonName } from '../../kernel/person.ts';
import type { Address } from '../notifications/address.ts';

/** Who writes to support. */
interface SupportWriter {
  from: PersonName;
  /** Null in the main bot. */
  botUsername: string | null;
}

/** `voice-unwanted`: its recipient takes no voice messages. `not-copyable`: Telegram passes this kind on for nobody. */
type SupportObstacle = 'blocked' | 'voice-unwanted' | 'not-copyable';

/** A support message that is passed on within one bot. */
interface SupportContent {
  fromTelegramUserId: bigint;
  fromMessageId: number;
  /** The recipient's message that it belongs to: who writes, or what it answers. */
  belowMessageId: number;
}

/** How support messages are passed on. Each call is tried once; errors are `DeliveryError`. */
export interface SupportGateway {
  /** Says who writes, above what they write. @returns the message's id */
  announceSupport(to: Address, writer: SupportWriter): Promise<number>;
  /**
   * Copies a message of one person's chat with a bot into another's, with whatever it holds.
   * @returns the copy's id; null where there is nothing to copy any more
   */
  passSupport(to: Address, content: SupportContent): Promise<number | null>;
  /** Tells a writer, below what they wrote, that it did not arrive, and what they can do. */
  supportUnreachable(to: Address, fromMessageId: number, why: SupportObstacle): Promise<void>;
}
