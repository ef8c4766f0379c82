import type { Work } from '../../../kernel/unit-of-work.ts';
import { ownerOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import { PROVIDER_NOTICES } from '../provider-notices.ts';

/** The money stays where it is, as far as is known: its owner may ask again, or looks for themselves. */
export async function noteRefusedReversal(
  work: Work,
  attemptId: number,
  { note, isUnclear }: { note: string; isUnclear: boolean },
): Promise<void> {
  const [attempt] = await work.db.paymentAttempt.updateManyAndReturn({
    where: { id: attemptId, state: 'paid', reversalAskedAt: { not: null } },
    data: { reversalAskedAt: null, reversalNote: note, reversalUnclear: isUnclear },
    include: { bot: { select: { ownerId: true } } },
  });
  if (!attempt) return;
  await work.db.refund.updateMany({
    where: { attemptId, status: 'sending' },
    data: { status: 'open', note },
  });
  tell(work, PROVIDER_NOTICES.reversalRefused, ownerOf(attempt.bot), { attemptId });
}
