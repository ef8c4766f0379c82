import type { Language } from '../../infra/i18n/i18n.ts';
import type { ChannelType } from '../channels/channel.ts';
import type { AccessReason } from '../outbox-kinds.ts';
import type { Payment } from '../payments/payment.ts';
import type { ReceiptFile } from '../receipts/receipt.ts';
import type { ChatRefusal } from './notice.ts';

/** Who reads a message, in which language, and through which bot it comes. */
export interface Address {
  /** `main`, or the seller bot's Telegram id. */
  via: 'main' | bigint;
  telegramUserId: bigint;
  language: Language;
}

export interface PersonName {
  fullName: string;
  username: string | null;
  telegramUserId: bigint;
}

/** Somebody in the database, by the id there. */
export interface KnownPerson extends PersonName {
  id: number;
}

export interface ChatName {
  channelId: number;
  title: string;
  type: ChannelType;
}

/** What Telegram has refused for a day. */
export type HandedOverMatter =
  | 'access'
  | 'removal'
  | 'ban'
  | 'link'
  | 'receipt'
  | 'support'
  | 'message'
  | 'launch';

/** A notice with everything its text needs. */
export type NoticeContent =
  | { kind: 'newOwner'; owner: KnownPerson }
  | { kind: 'botReady'; botUsername: string; telegramBotId: bigint; hasChat: boolean }
  | {
      kind: 'handedOver';
      matter: HandedOverMatter;
      botUsername: string;
      telegramBotId: bigint;
      /** Null where it is about the bot itself. */
      person: PersonName | null;
      title: string;
    }
  | { kind: 'botTokenDead'; botUsername: string }
  | { kind: 'releasedMembersStay'; botUsername: string }
  | { kind: 'webhookRefused'; botUsername: string; reason: string }
  | { kind: 'webhookTaken'; botUsername: string }
  | { kind: 'newEndUser' | 'supportWaits'; endUser: KnownPerson; botUsername: string }
  | { kind: 'chatConnected'; chat: ChatState; botUsername: string; telegramBotId: bigint }
  | { kind: 'chatWaitsForOwner'; chat: ChatName; botUsername: string }
  | { kind: 'chatRefused'; title: string; reason: ChatRefusal; botUsername: string; telegramBotId: bigint }
  | {
      kind: 'chatDisconnected' | 'chatLost' | 'chatRightsBack' | 'chatPublic' | 'chatPrivate';
      chat: ChatName;
      botUsername: string;
      telegramBotId: bigint;
    }
  | { kind: 'chatRightsMissing'; chat: ChatState; botUsername: string; telegramBotId: bigint }
  | { kind: 'receiptOutOfReach'; person: PersonName; title: string; botUsername: string }
  | { kind: 'paymentRejected'; payment: Payment; chat: ChatName }
  | { kind: 'tariffApproved'; paidUntil: Date }
  | { kind: 'tariffRejected' | 'ownerBanned' | 'ownerUnbanned' }
  /** `isTheirs`: the viewer is that owner, no moderator. */
  | { kind: 'tariffEnded'; owner: KnownPerson; isTheirs: boolean }
  | { kind: 'tariffEnds'; owner: KnownPerson; isTheirs: boolean; expiresAt: Date; timeLeftMs: number }
  | ({ kind: SubscriptionNoticeKind } & SubscriptionContent)
  | ({ kind: 'subscriptionEnds'; timeLeftMs: number } & SubscriptionContent)
  | ({ kind: 'linkLeaked' | 'friendAdded'; stranger: PersonName } & SubscriptionContent);

/** Notices that are about one person's subscription. */
type SubscriptionNoticeKind =
  | 'endUserJoined'
  | 'endUserRemoved'
  | 'adminStays'
  | 'removedByHand'
  | 'removedByBot'
  | 'friendPutOut'
  | 'accessTakenBack'
  | 'accessShortened'
  | 'accessEndedByOwner'
  | 'subscriptionEnded';

interface SubscriptionContent {
  subscriptionId: number;
  endUser: KnownPerson;
  chat: ChatName;
  botUsername: string;
  /** Null = lifetime. */
  expiresAt: Date | null;
}

export interface ChatState extends ChatName {
  isBasicGroup: boolean;
  canInvite: boolean;
  canRestrict: boolean;
}

/** What the payer has bought at this bot before. */
export interface PayerHistory {
  approved: number;
  rejected: number;
  /** Approvals that were taken back. */
  reversed: number;
  /** Their active subscription to the same chat; `expiresAt` null = lifetime. Null: none. */
  active: { expiresAt: Date | null } | null;
}

/** A receipt as its reviewer sees it. */
export interface ReviewContent {
  payment: Payment;
  /** Null once the file is forgotten. */
  receipt: ReceiptFile | null;
  payer: PersonName;
  owner: KnownPerson;
  chat: ChatName;
  botUsername: string;
  history: PayerHistory;
  /** The latest earlier payment of this bot that came with the same file. */
  usedBefore: number | null;
  /** The payer's words below the receipt. */
  note: string | null;
}

/** Who looks at a copy of a receipt: only its owner decides. */
export type ReviewViewer = { language: Language; decides: boolean };

/** What an owner paid the platform. */
export interface TariffReceipt {
  id: number;
  owner: PersonName;
  months: number;
  /** Tiyin. */
  amount: bigint;
}

export interface DecidedTariffReceipt extends TariffReceipt {
  status: 'approved' | 'rejected';
  /** Which moderator decided. */
  reviewedBy: bigint | null;
}

export interface TariffReviewContent extends TariffReceipt {
  receipt: ReceiptFile;
  note: string | null;
}

export interface AccessContent {
  chat: ChatName;
  reason: AccessReason;
  /** Null = lifetime. */
  expiresAt: Date | null;
  /** Null for somebody who is inside already. */
  link: string | null;
  linkExpiresAt: Date | null;
}

export interface SentMessage {
  telegramBotId: bigint;
  chatId: bigint;
  messageId: number;
}

/** Who writes to support. */
interface SupportWriter {
  from: PersonName;
  /** Null in the main bot. */
  botUsername: string | null;
}

/** `voice-unwanted`: its viewer takes no voice messages. `not-copyable`: Telegram passes this kind on for nobody. */
type SupportObstacle = 'blocked' | 'voice-unwanted' | 'not-copyable';

/** A support message that is passed on within one bot. */
interface SupportContent {
  fromTelegramUserId: bigint;
  fromMessageId: number;
  /** The recipient's message that it belongs to: who writes, or what it answers. */
  belowMessageId: number;
}

/** How the product speaks of its own accord. Each call is tried once; errors are `DeliveryError`. */
export interface MessageGateway {
  sendNotice(to: Address, content: NoticeContent, quiet: boolean): Promise<void>;
  sendAccess(to: Address, content: AccessContent): Promise<void>;
  /** Through the main bot the file is uploaded again, because a `file_id` belongs to one bot. */
  sendReview(to: Address, content: ReviewContent, sellerBotId: bigint): Promise<SentMessage>;
  /** Below the receipt that it is about, in the same chat. */
  remindOfReview(receipt: SentMessage, language: Language, content: ReviewContent): Promise<SentMessage>;
  escalateReview(to: Address, content: ReviewContent, unreachable: boolean): Promise<SentMessage>;
  /** Says who writes, above what they write. @returns the message's id */
  announceSupport(to: Address, writer: SupportWriter): Promise<number>;
  /**
   * Copies a message of one person's chat with a bot into another's, with whatever it holds.
   * @returns the copy's id; null where there is nothing to copy any more
   */
  passSupport(to: Address, content: SupportContent): Promise<number | null>;
  sendTariffReview(to: Address, content: TariffReviewContent): Promise<SentMessage>;
  /** The same as `showDecision`, of a moderator's copy of a tariff receipt. */
  showTariffDecision(
    copy: Pick<SentMessage, 'chatId' | 'messageId'>,
    language: Language,
    content: DecidedTariffReceipt,
  ): Promise<void>;
  /** Tells a writer, below what they wrote, that it did not arrive, and what they can do. */
  supportUnreachable(to: Address, fromMessageId: number, why: SupportObstacle): Promise<void>;
  /** Writes the outcome under a receipt and takes its buttons away; quiet if the message is gone or says so already. */
  showDecision(message: SentMessage, viewer: ReviewViewer, content: ReviewContent): Promise<void>;
}
