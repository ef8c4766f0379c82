import { useMemo, useState } from 'preact/hooks';
import type { Plans } from '../../../src/panel/contract/plans.ts';
import type { UsersBulkBody } from '../../../src/panel/contract/users.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { Button, planTitle } from '../../ui/basics.tsx';
import { confirmed, Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/form.tsx';
import { say } from '../../ui/toast.tsx';
import { t } from '../../words/words.ts';

type BulkAction = UsersBulkBody['action'];
export type Results = { id: number; ok: boolean; error?: { message: string } }[];

/** @returns what became of each; undefined where nothing was asked for */
export async function actOnMany(
  api: string,
  ids: readonly number[],
  action: BulkAction,
  grant?: { planId: number; idempotencyKey: string },
): Promise<Results | undefined> {
  const body = { ids, action, ...(grant ? { planId: grant.planId } : {}) };
  const done = await act<{ results: Results }>('POST', `${api}/users/bulk`, {
    body,
    changes: [`${api}/users`, '/home', api],
    ...(grant ? { idempotencyKey: grant.idempotencyKey } : {}),
  });
  if (!done) return undefined;
  const { results } = done.answer;
  const count = results.filter(({ ok }) => ok).length;
  say(t('panel.desk.bulkDone', { count, all: results.length }), { isBad: count < results.length });
  return results;
}

/** Banning puts somebody out at once: it asks. */
export function askToBan(count: number): Promise<boolean> {
  return confirmed({
    title: t('panel.users.askBan', { count }),
    text: t('panel.users.askBanText'),
    yes: t('panel.users.ban'),
    isDangerous: true,
  });
}

/** Which plan to give. */
export function GrantDialog({
  api,
  onGrant,
  onClose,
}: {
  api: string;
  /** By a key of this very dialog: pressed again after an answer that was lost, it gives no second time. */
  onGrant: (planId: number, idempotencyKey: string) => Promise<void>;
  onClose: () => void;
}) {
  const chats = useGet<Plans>(`${api}/plans`).data?.chats ?? [];
  const plans = chats.flatMap(({ title, plans: ofChat }) =>
    ofChat.map((plan) => [String(plan.id), `${title}: ${planTitle(plan)}`] as const),
  );
  const [chosen, choose] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const planId = chosen ?? plans[0]?.[0];
  // Another plan is another gift.
  const idempotencyKey = useMemo(() => crypto.randomUUID(), [planId]);
  const grant = async () => {
    setBusy(true);
    await onGrant(Number(planId), idempotencyKey);
    setBusy(false);
  };
  return (
    <Dialog title={t('panel.users.grant')} onClose={onClose}>
      {plans.length === 0 ? (
        <p>{t('panel.users.noPlans')}</p>
      ) : (
        <Select
          label={t('panel.users.plan')}
          testid="grant-plan"
          value={planId ?? ''}
          options={plans}
          onChange={choose}
        />
      )}
      <div class="buttons">
        <Button testid="dialog-no" onPress={onClose}>
          {t('panel.action.cancel')}
        </Button>
        <Button
          kind="primary"
          testid="dialog-yes"
          disabled={planId === undefined || isBusy}
          onPress={() => void grant()}
        >
          {t('panel.users.grant')}
        </Button>
      </div>
    </Dialog>
  );
}
