import type { OutboxDispatcher } from '../../kernel/outbox/outbox-dispatcher.ts';
import type { Waker } from '../../kernel/outbox/outbox-message.ts';
import type { CheckoutService } from '../../modules/payments/checkout-service.ts';

/** More than this waits for the next round, so that a flood never fills Redis. */
const MESSAGES_PER_SWEEP = 1_000;

/** Finds messages that are due and nobody's, whatever became of their wake-ups; lets go of stale choices. */
export function createSweep(deps: {
  dispatcher: OutboxDispatcher;
  waker: Waker;
  checkout: CheckoutService;
}): () => Promise<void> {
  return async () => {
    const [due] = await Promise.all([
      deps.dispatcher.listDue(MESSAGES_PER_SWEEP),
      deps.checkout.dropStaleChoices(),
    ]);
    if (due.length > 0) await deps.waker.wake(due);
  };
}
