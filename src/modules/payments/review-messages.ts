import { z } from 'zod';
import type { Payment as PaymentRow } from '../../infra/prisma-client/client.ts';
import type { OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { readSettings } from '../bot-settings/bot-settings.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../plans/plan.ts';
import { listManagers, lockManagers } from '../team/team-queries.ts';
import { createFingerprintHandler } from './reuse/fingerprint-handler.ts';
import { createReviewHandlers, type ReviewHandlersDeps } from './review-handlers.ts';

export const ofPayment = z.object({ paymentId: z.int() });
/** For a manager; without one for the owner. */
const forReviewer = ofPayment.extend({ managerId: z.int().optional() });
const forManager = ofPayment.extend({ managerId: z.int() });
const reviewEscalation = z.object({ paymentId: z.int(), unreachable: z.boolean() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** The receipt reaches the owner. */
    'review-request': z.infer<typeof ofPayment>;
    /** The owner asked the main bot to show a receipt once more. */
    'review-copy': z.infer<typeof forReviewer>;
    /** The owner asked for a receipt in their chat, whatever became of it. */
    'review-show': z.infer<typeof forReviewer>;
    'review-reminder': z.infer<typeof forReviewer>;
    /** A manager gets a copy of their own. */
    'manager-review': z.infer<typeof forManager>;
    /** Moderators hear of a receipt that nobody decides. */
    'review-escalation': z.infer<typeof reviewEscalation>;
    /** What was found about a receipt's file is told by its copies. */
    'show-reuse': z.infer<typeof ofPayment>;
    /** A receipt's bytes are compared with those of others. */
    'fingerprint-receipt': z.infer<typeof ofPayment>;
    /** Every copy of a receipt tells the outcome. */
    'show-decision': z.infer<typeof ofPayment>;
  }
}

type ReviewMessage =
  | 'review-request'
  | 'review-copy'
  | 'review-show'
  | 'review-reminder'
  | 'manager-review'
  | 'review-escalation'
  | 'show-reuse'
  | 'fingerprint-receipt'
  | 'show-decision';

export function createReviewMessages(deps: ReviewHandlersDeps): OutboxDefinitions<ReviewMessage> {
  const handlers = createReviewHandlers(deps);
  return {
    'review-request': {
      payload: ofPayment,
      handle: handlers['review-request'],
      onUnknown: 'retry',
      waitsForOpenDoor: true,
      endsWithBot: true,
      givenOver: RECEIPT,
    },
    'review-copy': { ...SMALL, payload: forReviewer, handle: handlers['review-copy'], givenOver: RECEIPT },
    'review-show': { ...SMALL, payload: forReviewer, handle: handlers['review-show'], givenOver: RECEIPT },
    'review-reminder': { ...SMALL, payload: forReviewer, handle: handlers['review-reminder'] },
    'manager-review': {
      payload: forManager,
      handle: handlers['manager-review'],
      onUnknown: 'retry',
      waitsForOpenDoor: true,
      endsWhenRefused: true,
      endsWithBot: true,
    },
    'review-escalation': { ...SMALL, payload: reviewEscalation, handle: handlers['review-escalation'] },
    'show-reuse': { ...COPIES, payload: ofPayment, handle: handlers['show-reuse'] },
    'fingerprint-receipt': { ...COPIES, payload: ofPayment, handle: createFingerprintHandler(deps) },
    'show-decision': {
      ...COPIES,
      payload: ofPayment,
      handle: handlers['show-decision'],
    },
  };
}

/** The receipt itself has reached somebody, or goes on being tried: what comes besides may be lost. */
const SMALL = { onUnknown: 'counts as sent', endsWhenRefused: true, endsWithBot: true } as const;

/** What may be done again, and is not worth more than a day. */
const COPIES = { onUnknown: 'retry', endsWhenRefused: true, endsWithBot: true } as const;

const RECEIPT = {
  matter: 'receipt',
  async subject(db: Db, { paymentId: id }: z.infer<typeof ofPayment>) {
    const row = await db.payment.findUnique({
      where: { id },
      include: { endUser: true, ...WITH_CHAT_TITLES },
    });
    return row && { person: row.endUser, title: soldTitle(row) };
  },
} as const;

/** Whoever has a receipt is reminded of it when it waits this long. */
const REMIND_AFTER_HOURS = [1, 6, 24] as const;
/** An owner who has passed receipts on to managers gets one that waits this long. */
const PASSED_ON_FOR_HOURS = 24;
/** Moderators see a receipt that has reached nobody for this long after it was for the owner, and one that nobody decided. */
const ESCALATE_UNREACHABLE_AFTER_HOURS = 24;
const ESCALATE_UNDECIDED_AFTER_HOURS = 72;

/**
 * A receipt waits: it reaches the owner and every manager who may decide, who are reminded, and in the end moderators hear
 * of it.
 */
export async function enqueueReview(work: Work, scope: TenantScope, payment: PaymentRow): Promise<void> {
  const later = (hours: number) => new Date(work.now.getTime() + hours * HOUR_MS);
  const paymentId = payment.id;
  const { botId } = scope;
  const { quietReceipts } = await readSettings(work.db, botId);
  // None of them stops beside us, or nobody would get it for a day.
  if (quietReceipts) await lockManagers(work.db, botId);
  const managers = await listManagers(work.db, botId, 'receipts');
  const isPassedOn = quietReceipts && managers.length > 0;
  const ownersAfter = isPassedOn ? PASSED_ON_FOR_HOURS : 0;
  work.enqueue({
    kind: 'review-request',
    key: `review-request:${paymentId}`,
    botId,
    payload: { paymentId },
    ...(isPassedOn ? { dueAt: later(ownersAfter) } : {}),
  });
  work.enqueue({
    kind: 'fingerprint-receipt',
    key: `fingerprint-receipt:${paymentId}`,
    botId,
    payload: { paymentId },
  });
  for (const { id: managerId } of managers) {
    work.enqueue({
      kind: 'manager-review',
      key: `manager-review:${paymentId}:${managerId}`,
      botId,
      payload: { paymentId, managerId },
    });
  }
  for (const managerId of [...(isPassedOn ? [] : [undefined]), ...managers.map(({ id }) => id)]) {
    for (const hours of REMIND_AFTER_HOURS) {
      const whose = managerId === undefined ? '' : `:${managerId}`;
      work.enqueue({
        kind: 'review-reminder',
        key: `review-reminder:${paymentId}:${hours}${whose}`,
        botId,
        payload: { paymentId, managerId },
        dueAt: later(hours),
      });
    }
  }
  work.enqueue({
    kind: 'review-escalation',
    key: `review-escalation:${paymentId}:unreachable`,
    botId,
    payload: { paymentId, unreachable: true },
    dueAt: later(ownersAfter + ESCALATE_UNREACHABLE_AFTER_HOURS),
  });
  work.enqueue({
    kind: 'review-escalation',
    key: `review-escalation:${paymentId}:undecided`,
    botId,
    payload: { paymentId, unreachable: false },
    dueAt: later(ESCALATE_UNDECIDED_AFTER_HOURS),
  });
}

/** Every copy of the receipt shall tell how it ended. */
export function enqueueDecisionShown(work: Work, payment: Pick<PaymentRow, 'id' | 'botId'>): void {
  work.enqueue({
    kind: 'show-decision',
    botId: payment.botId,
    payload: { paymentId: payment.id },
  });
}
