import { z } from 'zod';
import { money, pageOf, rowId } from '../shapes.ts';

const day = z.iso.date();

/** A promo code that its owner made. */
const promo = z.strictObject({
  id: z.int(),
  code: z.string(),
  /** Null until it is said what it gives. */
  kind: z.enum(['percent', 'fixed', 'days']).nullable(),
  /** Percent or days; of `fixed` null. */
  value: z.int().nullable(),
  /** What `fixed` takes off. */
  off: money.nullable(),
  /** Null: as many as there are. */
  uses: z.int().nullable(),
  each: z.int().nullable(),
  /** Both ends in; null: open. */
  from: day.nullable(),
  until: day.nullable(),
  audience: z.enum(['all', 'new', 'ended']),
  /** None: all of them. */
  plans: z.array(z.int()),
  on: z.boolean(),
  /** By which whoever presses it comes with the code. */
  link: z.string(),
});
export type Promo = z.infer<typeof promo>;

export const promoDetail = promo.extend({
  results: z.strictObject({
    attached: z.int(),
    reserved: z.int(),
    used: z.int(),
    people: z.int(),
    discount: money,
    turnover: money,
    renewals: z.int(),
  }),
});
export type PromoDetail = z.infer<typeof promoDetail>;

export const promoPage = pageOf(promo);
export type PromoPage = z.infer<typeof promoPage>;

/** `-` makes one. */
export const promoBody = z.strictObject({ code: z.string().max(100) });
export type PromoBody = z.infer<typeof promoBody>;

export const promoField = z.strictObject({
  botId: z.string().optional(),
  id: rowId,
  field: z.enum(['percent', 'fixed', 'days', 'uses', 'each', 'from', 'until']),
});
export type PromoFieldParams = z.infer<typeof promoField>;
export const promoAudience = z.strictObject({
  botId: z.string().optional(),
  id: rowId,
  audience: z.enum(['all', 'new', 'ended']),
});
export type PromoAudienceParams = z.infer<typeof promoAudience>;
export const promoPlan = z.strictObject({ botId: z.string().optional(), id: rowId, planId: rowId });
export type PromoPlanParams = z.infer<typeof promoPlan>;
