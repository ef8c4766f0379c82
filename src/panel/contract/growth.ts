import { z } from 'zod';
import { money, pageOf, rowId } from './shapes.ts';

const day = z.iso.date();

/** What somebody types into one field. */
export const valueBody = z.strictObject({ value: z.string().max(200) });
export type ValueBody = z.infer<typeof valueBody>;

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

const friend = z.strictObject({ name: z.string(), username: z.string().nullable() });

/** How people bring people. */
export const referral = z.strictObject({
  mode: z.enum(['off', 'days', 'percent']),
  came: z.int(),
  bought: z.int(),
  turnover: money,
  rewards: z.strictObject({
    came: z.int(),
    given: z.int(),
    waiting: z.int(),
    held: z.int(),
    capped: z.int(),
    denied: z.int(),
    void: z.int(),
  }),
  best: z.array(z.strictObject({ inviter: friend, came: z.int(), bought: z.int() })),
  /** What waits for the owner's word, the oldest first. */
  held: z.array(z.strictObject({ id: z.int(), paymentId: z.int(), inviter: friend })),
});
export type Referral = z.infer<typeof referral>;

export const referralMode = z.strictObject({
  botId: z.string().optional(),
  mode: z.enum(['off', 'days', 'percent']),
});
export type ReferralModeParams = z.infer<typeof referralMode>;
