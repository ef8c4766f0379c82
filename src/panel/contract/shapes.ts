import { z } from 'zod';
import { LANGUAGES } from '../../shared/languages.ts';

/** ISO 8601, UTC. */
export const instant = z.iso.datetime();

/** Nothing is older, and the database knows no year 0. */
const sinceBegun = (text: string) => text >= '1970' && text < '9999';
/** The same as somebody asks for it, and a date of the platform's time zone. */
export const askedInstant = z.iso.datetime().refine(sinceBegun);
export const askedDay = z.iso.date().refine(sinceBegun);

/** Telegram's ids do not fit into a number; they are below 2^52. */
export const telegramId = z.string().regex(/^[1-9]\d{0,15}$/);

/** Stars are counted apart from money. */
export const currency = z.enum(['UZS', 'XTR']);
/** `50000.00` of UZS, or whole Stars (XTR). */
export const money = z.strictObject({ amount: z.string(), currency });
export type Money = z.infer<typeof money>;

/** A row of ours, as it is sent. */
export const sentId = z.int().positive().max(2_147_483_647);

/** The same as it stands in an address: by its digits alone. */
export const rowId = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^[1-9]\d{0,9}$/)
      .transform(Number),
  ])
  .pipe(sentId);
/** The same, or `0`: none. */
export const rowIdOrNone = z.union([z.literal('0').transform(() => 0), rowId]);
export const oneRow = z.strictObject({ botId: z.string().optional(), id: rowId });

/** Where a list goes on, and how much of it is asked for at once. */
export const pageQuery = z.strictObject({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** What somebody types into one field. */
export const valueBody = z.strictObject({ value: z.string().max(200) });
export type ValueBody = z.infer<typeof valueBody>;

/** A part of a list, and where it goes on. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

/** A chat that is sold. */
export const chat = z.strictObject({ id: z.int(), title: z.string(), type: z.enum(['channel', 'group']) });

/** What is sold, by its duration: one of the three is filled. */
export const planName = z.strictObject({
  id: z.int(),
  /** Calendar months; 0: for ever. */
  months: z.int().nullable(),
  days: z.int().nullable(),
  /** `YYYY-MM-DD`, its last day. */
  until: z.string().nullable(),
  name: z.string().nullable(),
});

/** Somebody, as whoever may look at them sees them. */
export const person = z.strictObject({
  id: z.int(),
  /** Null of whoever was forgotten. */
  telegramId: z.string().nullable(),
  name: z.string(),
  username: z.string().nullable(),
  language: z.enum(LANGUAGES),
  banned: z.boolean(),
  closedBot: z.boolean(),
});
export type Person = z.infer<typeof person>;

/** Who brought somebody to the bot. */
export const inviter = person.pick({ id: true, name: true, username: true });
export type Inviter = z.infer<typeof inviter>;
