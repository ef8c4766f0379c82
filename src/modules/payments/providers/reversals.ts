import type { Db, Work } from '../../../kernel/unit-of-work.ts';
import type { StarRefunds } from '../stars/star-refunds.ts';
import type { ClickReversals } from './click/click-reversals.ts';

export type Reversals = ReturnType<typeof createReversals>;

/** Money that goes back by our asking, whoever is asked. */
export function createReversals({
  clickReversals,
  starRefunds,
}: {
  clickReversals: Pick<ClickReversals, 'findReversible' | 'request'>;
  starRefunds: Pick<StarRefunds, 'findReversible' | 'request'>;
}) {
  /** Those of several attempts whose money would be returned. */
  async function findReversible(db: Db, attemptIds: readonly number[]): Promise<Set<number>> {
    const [ofClick, ofStars] = await Promise.all([
      clickReversals.findReversible(db, attemptIds),
      starRefunds.findReversible(db, attemptIds),
    ]);
    return new Set([...ofClick, ...ofStars]);
  }

  return {
    findReversible,
    canReverse: async (db: Db, attemptId: number) => (await findReversible(db, [attemptId])).has(attemptId),
    /**
     * Asks for it; a refund of the queue is `sending` by then, in this same work.
     * @returns false: it is asked for already, or nobody would return it
     */
    request: async (work: Work, attemptId: number) =>
      (await starRefunds.request(work, attemptId)) || (await clickReversals.request(work, attemptId)),
  };
}
