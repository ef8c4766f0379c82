import { z } from 'zod';
import { money, pageOf, rowId } from '../shapes.ts';

/** An advertising source. */
const source = z.strictObject({
  id: z.int(),
  name: z.string(),
  slug: z.string(),
  archived: z.boolean(),
  link: z.string(),
});
export type Source = z.infer<typeof source>;

export const sourceDetail = source.extend({
  /** The code that it gives. */
  promo: z.string().nullable(),
  cost: money.nullable(),
  funnel: z.strictObject({
    people: z.int(),
    newcomers: z.int(),
    chose: z.int(),
    sent: z.int(),
    paid: z.int(),
    turnover: money,
    live: z.int(),
    laterPurchases: z.int(),
    laterTurnover: money,
  }),
});
export type SourceDetail = z.infer<typeof sourceDetail>;

export const sourcesPage = pageOf(source);
export type SourcesPage = z.infer<typeof sourcesPage>;

export const sourceBody = z.strictObject({ name: z.string().max(200) });
export type SourceBody = z.infer<typeof sourceBody>;
/** 0: none. */
export const sourcePromo = z.strictObject({
  botId: z.string().optional(),
  id: rowId,
  promoId: z.coerce.number().int().min(0).max(2_147_483_647),
});
export type SourcePromoParams = z.infer<typeof sourcePromo>;
