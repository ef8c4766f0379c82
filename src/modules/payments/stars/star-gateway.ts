/** What Telegram said to a call about Stars; `note` in its own words. */
export type StarOutcome = { kind: 'done' } | { kind: 'refused'; note: string };

/** Telegram as the one who takes and returns Stars. What it leaves open is thrown as a `DeliveryError`. */
export interface StarGateway {
  /** Returns one charge to whoever paid it; `done` also for what was returned before. */
  refund(telegramBotId: bigint, charge: { telegramUserId: bigint; chargeId: string }): Promise<StarOutcome>;
}
