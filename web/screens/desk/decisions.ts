import { signal } from '@preact/signals';
import type {
  DecisionResults,
  DecisionsBody,
  Receipt,
  RejectBody,
} from '../../../src/panel/contract/receipts.ts';
import { ApiError, ask } from '../../api/client.ts';
import { queries, refresh } from '../../api/queries.ts';
import { say, sayWhyNot } from '../../ui/toast.tsx';
import { named, t } from '../../words/words.ts';

/** The last decision that was made in this tab, wherever the desk stands by now. */
export const lastDecision = signal<{ api: string; id: number; wasApproval: boolean } | null>(null);

/** Why each of several was not decided, by its id; until the next several are. */
export const refusals = signal<ReadonlyMap<number, string>>(new Map());

type Decision = 'approve' | 'reject' | 'revert';

/** @returns whether it was done; whoever comes second is told who was first */
export async function decide(
  api: string,
  id: number,
  decision: Decision,
  body?: RejectBody,
): Promise<boolean> {
  const path = `${api}/receipts/${id}`;
  try {
    const after = await ask<Receipt>('POST', `${path}/${decision}`, body ? { body } : {});
    queries.setQueryData([path], after);
    lastDecision.value = decision === 'revert' ? null : { api, id, wasApproval: decision === 'approve' };
    say(t(`panel.desk.done.${decision}`, { id }));
    return true;
  } catch (error) {
    const current = error instanceof ApiError ? (error.current as Receipt | undefined) : undefined;
    if (current) queries.setQueryData([path], current);
    const by = current?.decision?.by;
    if (current && by) {
      say(t('panel.desk.decidedBy', { id, name: by.name, state: named('paymentStatus', current.state) }), {
        isBad: true,
      });
    } else sayWhyNot(error);
    return false;
  } finally {
    void refresh(`${api}/receipts`, `${api}/payments`, `${api}/users`);
  }
}

/** @returns the ids that were decided; why the others were not stands in `refusals` */
export async function decideEach(api: string, decisions: DecisionsBody['decisions']): Promise<number[]> {
  try {
    const { results } = await ask<DecisionResults>('POST', `${api}/receipts/decisions`, {
      body: { decisions },
    });
    refusals.value = new Map(results.flatMap((each) => (each.ok ? [] : [[each.id, each.error.message]])));
    const done = results.filter(({ ok }) => ok).map(({ id }) => id);
    say(t('panel.desk.bulkDone', { count: done.length, all: results.length }), {
      isBad: done.length < results.length,
    });
    return done;
  } catch (error) {
    sayWhyNot(error);
    return [];
  } finally {
    void refresh(`${api}/receipts`, `${api}/payments`, `${api}/users`);
  }
}
