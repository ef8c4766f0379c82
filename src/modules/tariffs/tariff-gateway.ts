import type { Language } from '../../infra/i18n/i18n.ts';
import type { PersonName } from '../../kernel/person.ts';
import type { Provider } from '../merchant-accounts/merchant-account.ts';
import type { Address, SentMessage } from '../notifications/address.ts';
import type { ReceiptFile } from '../receipts/receipt.ts';

/** What an owner paid the platform for: a tariff, or the connection of a provider to a bot. */
export type TariffPurpose =
  | { kind: 'tariff'; months: number }
  | { kind: 'connection'; provider: Provider; botUsername: string };

/** What an owner paid the platform. */
export interface TariffReceipt {
  id: number;
  owner: PersonName;
  purpose: TariffPurpose;
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

/** How tariff receipts reach the moderators. Each call is tried once; errors are `DeliveryError`. */
export interface TariffGateway {
  sendTariffReview(to: Address, content: TariffReviewContent): Promise<SentMessage>;
  /** Writes the outcome under a copy and takes its buttons away; quiet if the message is gone or says so already. */
  showTariffDecision(
    copy: Pick<SentMessage, 'chatId' | 'messageId'>,
    language: Language,
    content: DecidedTariffReceipt,
  ): Promise<void>;
}
