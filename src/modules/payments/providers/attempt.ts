import type { PaymentAttempt } from '../../../infra/prisma-client/client.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/durations.ts';
import { isProvider, type Provider } from '../../merchant-accounts/merchant-account.ts';
import { shownMethod } from '../methods/shown-method.ts';
import { PROVIDER_RULES } from './provider-rules.ts';

/** One try to pay an order. */
export type Attempt = PaymentAttempt;

/** By whom money comes: a provider, or Telegram itself, in Stars. */
export type PaymentProvider = Provider | 'stars';

/** By whom the money of a method comes; null: it comes to the owner's card. */
export function providerOf(stored: string): PaymentProvider | null {
  const method = shownMethod(stored);
  return method === 'stars' || isProvider(method) ? method : null;
}

/**
 * `created`: its money may come. `paid`: it has come. `cancelled`: it will not. `expired`: nothing was heard for so long
 * that the order is free again. `refunded`: it was paid, and the money went back.
 */
export type AttemptState = 'created' | 'paid' | 'cancelled' | 'refunded' | 'expired';

/** Payme's word for what was cancelled because it took too long. */
export const REASON_TIMEOUT = 4;

/** How long an attempt runs, and from when. */
const RUNS: Record<Provider, { from: (attempt: RunningAttempt) => bigint; ms: number }> = {
  payme: { from: ({ providerTime, createTime }) => providerTime ?? createTime, ms: 12 * HOUR_MS },
  click: { from: ({ createTime }) => createTime, ms: DAY_MS },
  uzum: { from: ({ createTime }) => createTime, ms: PROVIDER_RULES.uzum.confirmMinutes * MINUTE_MS },
};

type RunningAttempt = Pick<Attempt, 'providerTime' | 'createTime'>;

/** How long an attempt runs by whichever of its times, in milliseconds. */
export const runsFor = (provider: Provider): number => RUNS[provider].ms;

/** Whether it has run for too long. Stars have come by the time that there is an attempt. */
export function isStale(attempt: RunningAttempt, provider: PaymentProvider, now: Date): boolean {
  if (provider === 'stars') return false;
  const { from, ms } = RUNS[provider];
  return BigInt(now.getTime()) - from(attempt) > BigInt(ms);
}
