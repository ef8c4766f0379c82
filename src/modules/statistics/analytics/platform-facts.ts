import type { Currency } from '../../payments/payment.ts';
import type { Facts, Month } from './facts.ts';

/** Stands for the platform where facts are a bot's. */
export const PLATFORM = 0;

/** What moderators' reports are made of: without chats, and without people. */
export interface PlatformFacts {
  /** Everything is as of then. */
  asOf: Date;
  /** Of every bot there ever was, by the month of the approval. */
  sales: { month: Month; method: string; currency: Currency; n: number; sum: bigint }[];
  /** Subscriptions that run. */
  live: number;
  /** Bots with a sale in the last 30 days. */
  sellingBots: number;
  /** Owners who first wrote to the main bot: by month, and in the last 30 days. */
  owners: { month: Month; n: number }[];
  newOwners: number;
  /** The 20 that took the most soʻm in the last 30 days, the most first. */
  bots: { botId: number; n: number; sum: bigint }[];
  /** Getolog's own: owners in the place of people, tariffs by their months in that of plans, and chat 0. */
  tariffs: Facts;
}
