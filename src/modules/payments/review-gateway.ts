import type { Language } from '../../infra/i18n/i18n.ts';
import type { KnownPerson, PersonName } from '../../kernel/person.ts';
import type { TeamRole } from '../../kernel/rights.ts';
import type { Address, SentMessage } from '../notifications/address.ts';
import type { ReceiptFile } from '../receipts/receipt.ts';
import type { Payment } from './payment.ts';
import type { SameFile } from './reuse/receipt-traces.ts';

/** What the payer has bought at this bot before. */
export interface PayerHistory {
  approved: number;
  rejected: number;
  /** Approvals that were taken back. */
  reversed: number;
  /** Their active subscriptions to the chats that they pay for. */
  active: {
    title: string;
    /** Null = lifetime. */
    expiresAt: Date | null;
    /** Until when the place is kept of somebody whose time is up. */
    graceUntil: Date | null;
  }[];
}

/** A receipt as its reviewer sees it. */
export interface ReviewContent {
  payment: Payment;
  /** Null once the file is forgotten. */
  receipt: ReceiptFile | null;
  payer: PersonName;
  /** Who brought them to the bot; null: nobody, or nobody who is known still. */
  inviter: PersonName | null;
  owner: KnownPerson;
  /** Who decided it; null: nobody yet, or nobody who is known still. */
  decider: PersonName | null;
  /** Of all chats that it opens. */
  title: string;
  botUsername: string;
  telegramBotId: bigint;
  history: PayerHistory;
  /** With which it was chosen. */
  promo: { code: string; days: number } | null;
  /** Null: nobody paid this owner with the same file. */
  sameFile: SameFile | null;
  /** The payer's words below the receipt. */
  note: string | null;
}

/** Who looks at a copy of a receipt; `role` null: they only look on. */
export type ReviewViewer = { language: Language; telegramUserId: bigint; role: TeamRole | null };

/** Somebody who may decide. */
export interface Reviewer extends Address {
  role: TeamRole;
}

/** How receipts reach those who decide. Each call is tried once; errors are `DeliveryError`. */
export interface ReviewGateway {
  /** Through the main bot the file is uploaded again, because a `file_id` belongs to one bot. */
  sendReview(to: Reviewer, content: ReviewContent, sellerBotId: bigint): Promise<SentMessage>;
  /** Below the receipt that it is about, in the same chat. */
  remindOfReview(receipt: SentMessage, language: Language, content: ReviewContent): Promise<SentMessage>;
  escalateReview(to: Address, content: ReviewContent, unreachable: boolean): Promise<SentMessage>;
  /** Writes the outcome under a receipt and takes its buttons away; quiet if the message is gone or says so already. */
  showDecision(message: SentMessage, viewer: ReviewViewer, content: ReviewContent): Promise<void>;
  /** The same of a receipt that still waits: it says what was found about its file, and keeps its buttons. */
  showReuse(message: SentMessage, viewer: ReviewViewer, content: ReviewContent): Promise<void>;
  /** A file that this bot was sent. */
  readFile(sellerBotId: bigint, fileId: string): Promise<Uint8Array>;
}
