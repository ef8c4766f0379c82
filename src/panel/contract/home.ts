import { z } from 'zod';
import { instant, money, telegramId } from './shapes.ts';

/** What waits for its owner: the first of each bot, the oldest of its kind. */
const ATTENTION_KINDS = ['receipts', 'deadToken', 'rights', 'setup', 'refunds', 'ending'] as const;

const botAtAGlance = z.strictObject({
  id: telegramId,
  /** Receipts under review. */
  waiting: z.int().nullable(),
  /** People with access. */
  live: z.int().nullable(),
  /** In soʻm: since midnight, of 7 and of 30 days. */
  turnover: z.strictObject({ today: money, week: money, month: money }).nullable(),
  /** Of 30 days against the 30 before them, `0.25` for a quarter more; null where those brought nothing. */
  change: z.number().nullable(),
});

const attention = z.strictObject({
  /**
   * `receipts` older than an hour, `deadToken`, `rights` lost in so many chats, `setup`: no price or no card, open
   * `refunds`, `ending`: access that ends within three days.
   */
  kind: z.enum(ATTENTION_KINDS),
  bot: telegramId,
  count: z.int(),
  /** Since when the oldest waits, or when the first ends; null: it is not noted. */
  since: instant.nullable(),
});
export type Attention = z.infer<typeof attention>;

export const home = z.strictObject({
  asOf: instant,
  bots: z.array(botAtAGlance),
  attention: z.array(attention),
});
export type Home = z.infer<typeof home>;
