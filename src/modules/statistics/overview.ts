/** How one of an owner's bots does, beside the others. Money in tiyin, of payments in soʻm. */
export interface BotOverview {
  telegramBotId: bigint;
  /** Receipts under review. */
  waiting: number;
  /** People with access. */
  live: number;
  turnover: Record<'today' | 'week' | 'month', bigint>;
  /** Of the 30 days before `month`. */
  monthBefore: bigint;
}

/** What waits for an owner, and at which bot. */
export interface Attention {
  kind: 'receipts' | 'deadToken' | 'rights' | 'setup' | 'refunds' | 'ending';
  telegramBotId: bigint;
  count: number;
  /** Since when the oldest waits, or when the first ends; null: it is not noted. */
  since: Date | null;
}

/** All bots of an owner at once. */
export interface Overview {
  asOf: Date;
  bots: BotOverview[];
  attention: Attention[];
}
