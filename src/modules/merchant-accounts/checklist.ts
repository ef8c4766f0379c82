import type { Db } from '../../kernel/unit-of-work.ts';

/** What a provider's tester tries, in their order. */
export const CHECKS = ['refusedWrongKey', 'created', 'paid', 'cancelledBefore', 'cancelledAfter'] as const;
type Check = (typeof CHECKS)[number];

export type Checklist = Readonly<Record<Check, boolean>>;

/** What an account has been through in the world of tests. */
export async function readChecklist(
  db: Db,
  { id, lastRefusedAt }: { id: number; lastRefusedAt: Date | null },
): Promise<Checklist> {
  const tests = await db.paymentAttempt.groupBy({
    by: ['state'],
    where: { merchantAccountId: id, isTest: true },
    _count: { performTime: true },
  });
  const has = (state: string) => tests.some((group) => group.state === state);
  return {
    refusedWrongKey: lastRefusedAt !== null,
    created: tests.length > 0,
    paid: tests.some(({ _count }) => _count.performTime > 0),
    cancelledBefore: has('cancelled'),
    cancelledAfter: has('refunded'),
  };
}
