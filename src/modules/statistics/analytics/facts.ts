import type { Currency } from '../../payments/payment.ts';

/** What a report is made of: the books, counted once. Days and months are those of the platform's time zone. */
export interface Facts {
  /** Everything is as of then. */
  asOf: Date;
  sales: SaleFact[];
  /** The same sales by the source of their buyers. */
  salesBySource: SourceSaleFact[];
  periods: PeriodFact[];
  running: RunningFact[];
  due: DueFact[];
  starts: StartFact[];
  ends: EndFact[];
  /** Subscriptions that run, by chat. */
  live: { chat: number; n: number }[];
  cohorts: CohortFact[];
  cohortSales: CohortSaleFact[];
  spells: SpellFact[];
  people: PeopleFact[];
  sourcePeople: SourcePeopleFact[];
  speed: SpeedFact[];
  upcoming: UpcomingFact[];
}

/** `2026-03`. */
export type Month = string;
/** `2026-03-31`. */
export type Day = string;
/** A day or, where it is long past, the month that it lies in. */
export type DayOrMonth = string;

export const SALE_KINDS = ['new', 'renewal', 'return'] as const;
export type SaleKind = (typeof SALE_KINDS)[number];

/** What was sold: a bundle at its first chat. */
interface Sold {
  chat: number;
  plan: number;
  method: string;
  currency: Currency;
}

export interface SaleFact extends Sold {
  /** Of the approval; a month where that is more than 400 days past. */
  at: DayOrMonth;
  kind: SaleKind;
  n: number;
  /** Tiyin, or whole Stars. */
  sum: bigint;
}

export interface SourceSaleFact extends SaleFact {
  /** `at` is a day within the last 182 days only: 90, and as many to set them beside. Null: they came by none. */
  source: number | null;
}

/** Sales by when their time begins and ends: without trials, and without those whose time ended before it began. */
export interface PeriodFact extends Sold {
  from: Month;
  /** Of whichever comes first, the end of their time or that of the subscription. Null: a lifetime that has not ended. */
  to: Month | null;
  isLifetime: boolean;
  n: number;
  /** Monthly value in millionths of a soʻm or Star; 0 for lifetimes. */
  value: bigint;
}

/** Sales whose time covers `asOf`, lifetimes too; without trials. */
export interface RunningFact extends Sold {
  isLifetime: boolean;
  n: number;
  /** As of `PeriodFact`. */
  value: bigint;
}

/** Sales whose time was up by `asOf`, by when it was up, and how many of them another one followed within seven days. */
export interface DueFact extends Sold {
  /** A month where that is more than 400 days past. */
  at: DayOrMonth;
  due: number;
  renewed: number;
}

/** Subscriptions that began. */
export interface StartFact {
  month: Month;
  chat: number;
  n: number;
}

/** Subscriptions that ended. */
export interface EndFact {
  month: Month;
  chat: number;
  /** Paid and timed, and their holder has no other in that chat that began within seven days after. */
  isLost: boolean;
  n: number;
}

/**
 * People by the month in which their first paid subscription in a chat began; apart by its day from the 28th on, as a
 * month that lacks it brings who began on the 30th at night after who began on the 31st in the morning.
 */
export interface CohortFact {
  month: Month;
  chat: number;
  size: number;
  /** When the last of them began. */
  lastStart: Date;
}

/** What such people paid in that chat, to date. */
interface CohortSaleFact extends Sold {
  month: Month;
  /** Tiyin, or whole Stars. */
  sum: bigint;
}

/**
 * Subscriptions of such people in that chat, from the first paid one on. They run at each k calendar months after the
 * first one's start with a ≤ k < z.
 */
export interface SpellFact {
  month: Month;
  chat: number;
  a: number;
  /** Null: it runs. */
  z: number | null;
  n: number;
}

/** Of people whose first /start lies on a day, how many came how far; each step counts whoever reached a later one. */
export interface PeopleFact {
  day: Day;
  source: number | null;
  started: number;
  chose: number;
  paid: number;
  approved: number;
  joined: number;
}

/** Of people who first came by a source in a month. Null: who came to the bot by none, by the month of their first /start. */
export interface SourcePeopleFact {
  month: Month;
  source: number | null;
  people: number;
  /** Whom it brought to the bot. */
  newcomers: number;
  /** Those with a payment by that source; `sent`: with a receipt or money of theirs; `buyers`: with a sale. */
  chose: number;
  sent: number;
  buyers: number;
  /** Buyers who have access now. */
  live: number;
}

/** The longest times of the buckets but the last, in seconds: 1, 5, 15 minutes, 1, 3, 6, 12, 24, 72 hours. */
export const SPEED_BUCKETS = [60, 300, 900, 3600, 10_800, 21_600, 43_200, 86_400, 259_200] as const;

/** Receipts by when they were decided; of the last 400 days. */
export interface SpeedFact {
  day: Day;
  decision: 'approved' | 'rejected';
  /** How many of `SPEED_BUCKETS` were over: 0 to 9. */
  bucket: number;
  n: number;
}

/** Timed paid subscriptions at their chat, by the day of the next 92 on which they end, and by what was paid for them last. */
export interface UpcomingFact extends Sold {
  day: Day;
  n: number;
  /** Tiyin, or whole Stars. */
  sum: bigint;
}
