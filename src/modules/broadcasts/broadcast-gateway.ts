import type { Language } from '../../infra/i18n/i18n.ts';
import type { ChatName } from '../channels/channel.ts';
import type { SentMessage } from '../notifications/address.ts';
import type { ChatPlan } from '../subscriptions/chat-plans.ts';
import type { Broadcast, Original } from './broadcast.ts';
import type { RecipientCounts } from './recipients.ts';

/** What stands under each copy besides the way to get no more offers. */
export interface CopyContent {
  plan: ChatPlan | null;
  chats: readonly { id: number; type: ChatName['type'] }[];
}

/** Whom a bot writes to, and in which language what stands under it is. */
interface CopyAddress {
  telegramBotId: bigint;
  telegramUserId: bigint;
  language: Language;
}

/** How whoever writes a broadcast sees it. Each call is tried once; errors are `DeliveryError`. */
export interface OriginalGateway {
  /** Words alone, as they were typed. @returns the message's id */
  sendOriginal(to: CopyAddress, text: string): Promise<number>;
  /** Once more, as people will get it. @returns false where the original is gone */
  showOriginal(to: CopyAddress, original: Original, content: CopyContent): Promise<boolean>;
}

/** How broadcasts reach people. Each call is tried once; errors are `DeliveryError`. */
export interface BroadcastGateway {
  /** @returns false where its writer deleted the original */
  sendCopy(to: CopyAddress, original: Original, content: CopyContent): Promise<boolean>;
  /** How far it is, in the message that shows it. */
  showProgress(message: SentMessage, language: Language, progress: BroadcastProgress): Promise<void>;
}

export interface BroadcastProgress {
  broadcast: Broadcast;
  counts: RecipientCounts;
  /** Nothing is sent before; null: it is. */
  waitsUntil: Date | null;
}
