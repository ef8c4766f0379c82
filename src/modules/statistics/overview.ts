/** How one of somebody's bots does, beside the others; null is what they may not see. Money in tiyin, of payments in soʻm. */
export interface BotOverview {
  /** `user_bots.id`. */
  id: number;
  telegramBotId: bigint;
  /** Receipts under review. */
  waiting: number | null;
  /** People with access. */
  live: number | null;
  turnover: Record<'today' | 'week' | 'month', bigint> | null;
  /** Of the 30 days before `month`. */
  monthBefore: bigint | null;
}

/** What waits for an owner, and at which bot. */
export interface Attention {
  botId: number;
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
