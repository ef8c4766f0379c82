import type { Payment as PaymentRow } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { HOUR_MS } from '../../shared/durations.ts';

/** The owner is reminded of a receipt that waits this long. */
const REMIND_AFTER_HOURS = [1, 6, 24] as const;
/** Moderators see a receipt that could not reach its owner, and one that nobody decided. */
const ESCALATE_UNREACHABLE_AFTER_HOURS = 24;
const ESCALATE_UNDECIDED_AFTER_HOURS = 72;

/** A receipt waits: it reaches the owner, who is reminded, and in the end moderators hear of it. */
export function enqueueReview(work: Work, scope: TenantScope, payment: PaymentRow): void {
  const later = (hours: number) => new Date(work.now.getTime() + hours * HOUR_MS);
  const paymentId = payment.id;
  work.enqueue({
    kind: 'review-request',
    key: `review-request:${paymentId}`,
    botId: scope.botId,
    payload: { paymentId },
  });
  for (const hours of REMIND_AFTER_HOURS) {
    work.enqueue({
      kind: 'review-reminder',
      key: `review-reminder:${paymentId}:${hours}`,
      botId: scope.botId,
      payload: { paymentId },
      dueAt: later(hours),
    });
  }
  work.enqueue({
    kind: 'review-escalation',
    key: `review-escalation:${paymentId}:unreachable`,
    botId: scope.botId,
    payload: { paymentId, unreachable: true },
    dueAt: later(ESCALATE_UNREACHABLE_AFTER_HOURS),
  });
  work.enqueue({
    kind: 'review-escalation',
    key: `review-escalation:${paymentId}:undecided`,
    botId: scope.botId,
    payload: { paymentId, unreachable: false },
    dueAt: later(ESCALATE_UNDECIDED_AFTER_HOURS),
  });
}

/** Every copy of the receipt that the owner has shall tell how it ended. */
export function enqueueDecisionShown(work: Work, payment: Pick<PaymentRow, 'id' | 'botId'>): void {
  work.enqueue({
    kind: 'show-decision',
    botId: payment.botId,
    payload: { paymentId: payment.id },
  });
}
