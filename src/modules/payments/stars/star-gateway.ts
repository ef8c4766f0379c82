/** What Telegram said to a call about Stars; `note` in its own words. */
export type StarOutcome = { kind: 'done' } | { kind: 'refused'; note: string };

/** Stars that came for an invoice, or went back; null for whatever else moves a bot's balance. */
export type StarTransaction = {
  direction: 'in' | 'out';
  chargeId: string;
  telegramUserId: bigint;
  stars: number;
  payload: string;
  /** Until when it is paid, where it is paid again and again. */
  paidUntil: Date | null;
} | null;

/** So many transactions are told at a time. */
export const TRANSACTIONS_AT_ONCE = 100;

/** A bot that Getolog runs; or one that it runs no more, by its token as it is stored. */
export type AskingBot = { telegramBotId: bigint } | { encryptedToken: string };

/** Telegram as the one who takes and returns Stars. What it leaves open is thrown as a `DeliveryError`. */
export interface StarGateway {
  /** Returns one charge to whoever paid it; `done` also for what was returned before. */
  refund(telegramBotId: bigint, charge: { telegramUserId: bigint; chargeId: string }): Promise<StarOutcome>;
  /**
   * Charges no more for what a first charge began, or lets its person turn that on again, who has to do so themselves.
   * `done` also for what is over.
   */
  cancelRenewal(
    bot: AskingBot,
    renewal: { telegramUserId: bigint; chargeId: string; isCanceled: boolean },
  ): Promise<StarOutcome>;
  /** What a bot was paid and has returned in Stars, the oldest first, from one of them on. */
  listTransactions(telegramBotId: bigint, offset: number): Promise<StarTransaction[]>;
}
