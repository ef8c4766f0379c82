import type { Db } from '../../kernel/unit-of-work.ts';

/** What a provider's tester tries, in their order. */
export const CHECKS = ['refusedWrongKey', 'created', 'paid', 'cancelledBefore', 'cancelledAfter'] as const;
type Check = (typeof CHECKS)[number];

export type Checklist = Readonly<Record<Check, boolean>>;

/** What an account has been through in the world of tests. */
export async function readChecklist(
  db: Db,
  account: { id: number; lastRefusedAt: Date | null },
): Promise<Checklist> {
  const [checklist] = await readChecklists(db, [account]);
  if (!checklist) throw new Error('A question without an answer');
  return checklist;
}

/** The same of many, in their order; in one statement. */
export async function readChecklists(
  db: Db,
  accounts: readonly { id: number; lastRefusedAt: Date | null }[],
): Promise<Checklist[]> {
  const groups = await db.paymentAttempt.groupBy({
    by: ['merchantAccountId', 'state'],
    where: { merchantAccountId: { in: accounts.map(({ id }) => id) }, isTest: true },
    _count: { performTime: true },
  });
  return accounts.map(({ id, lastRefusedAt }) => {
    const tests = groups.filter(({ merchantAccountId }) => merchantAccountId === id);
    const has = (state: string) => tests.some((group) => group.state === state);
    return {
      refusedWrongKey: lastRefusedAt !== null,
      created: tests.length > 0,
      paid: tests.some(({ _count }) => _count.performTime > 0),
      cancelledBefore: has('cancelled'),
      cancelledAfter: has('refunded'),
    };
  });
}
