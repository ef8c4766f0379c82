import type { CheckoutService } from '../../modules/payments/checkout-service.ts';
import type { Nudge } from '../../modules/promises/promise.ts';
import type { PromiseDispatcher } from '../../modules/promises/promise-dispatcher.ts';

/** More than this waits for the next round, so that a flood never fills Redis. */
const PROMISES_PER_SWEEP = 1_000;

/** Finds promises that are due and nobody's, whatever became of their nudges; lets go of stale choices. */
export function createSweep(deps: {
  dispatcher: PromiseDispatcher;
  nudge: Nudge;
  checkout: CheckoutService;
}): () => Promise<void> {
  return async () => {
    const [due] = await Promise.all([
      deps.dispatcher.listDue(PROMISES_PER_SWEEP),
      deps.checkout.dropStaleChoices(),
    ]);
    if (due.length > 0) await deps.nudge.nudge(due);
  };
}
