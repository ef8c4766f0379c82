import { type Duration, isLifetime } from '../plans/duration.ts';
import type { PromoGift } from './promo-code.ts';
import { type HeldCode, isForPlan } from './promo-state.ts';

const SOM = 100n;

/** What a code makes of one plan's price. */
interface Quote {
  /** Tiyin. */
  price: bigint;
  discount: bigint;
  days: number;
}

/**
 * The price in whole soʻm, rounded down, at least one.
 * @param plan its price in tiyin
 * @returns null where the code cannot be used for it
 */
function quote(
  { kind, value }: PromoGift,
  plan: { price: bigint; duration: Duration; isTrial: boolean },
): Quote | null {
  const { price, duration, isTrial } = plan;
  if (isTrial) return null;
  if (kind === 'days') {
    if (isLifetime(duration) || duration.kind === 'until') return null;
    return { price, discount: 0n, days: Number(value) };
  }
  if (kind === 'fixed' && value >= price) return null;
  const reduced = kind === 'fixed' ? price - value : (price * (100n - value)) / 100n;
  const whole = (reduced / SOM) * SOM;
  const least = whole < SOM ? SOM : whole;
  return least < price ? { price: least, discount: price - least, days: 0 } : null;
}

/** What a code makes of a plan for whoever holds it. */
export interface PromoOffer extends Quote {
  code: HeldCode;
}

/** What somebody pays for a plan with what they hold: the code that they typed, else the best of their own. */
export function offerFor(
  held: readonly HeldCode[],
  plan: { id: number; price: bigint; duration: Duration; isTrial: boolean },
): PromoOffer | null {
  const offers = held
    .filter((code) => isForPlan(code, plan.id))
    .flatMap((code) => {
      const quoted = quote(code.gift, plan);
      return quoted ? [{ ...quoted, code }] : [];
    });
  return offers.find(({ code }) => code.isTyped) ?? offers.sort(byWorth)[0] ?? null;
}

/** The cheapest first; of equal ones what gives more days. */
function byWorth(one: PromoOffer, other: PromoOffer): number {
  if (one.price !== other.price) return one.price < other.price ? -1 : 1;
  return other.days - one.days;
}
