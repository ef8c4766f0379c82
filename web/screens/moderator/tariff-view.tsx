import { useState } from 'preact/hooks';
import type { TariffDetail } from '../../../src/panel/contract/moderator/tariffs.ts';
import { ApiError, ask } from '../../api/client.ts';
import { queries, refresh, useGet } from '../../api/queries.ts';
import { Button, dayOf, Money, When } from '../../ui/basics.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Row, Section } from '../../ui/screen.tsx';
import { Loaded } from '../../ui/states.tsx';
import { say, sayWhyNot } from '../../ui/toast.tsx';
import { named, t } from '../../words/words.ts';
import { Picture } from '../desk/picture.tsx';
import { purposeTitle } from './purpose.ts';

interface ViewProps {
  id: number;
  /** It was decided: on to the next one. */
  onDecided: () => void;
}

/** One receipt for the platform: the picture, what the books say, and the decision. */
export function TariffView({ id, onDecided }: ViewProps) {
  const tariff = useGet<TariffDetail>(`/mod/tariffs/${id}`);
  return (
    <Loaded query={tariff}>
      {(data) => <Opened key={data.id} id={id} tariff={data} onDecided={onDecided} />}
    </Loaded>
  );
}

/** @returns whether it was done; whoever comes second is told who was first */
async function decide(id: number, decision: 'approve' | 'reject'): Promise<boolean> {
  const path = `/mod/tariffs/${id}`;
  try {
    queries.setQueryData([path], await ask<TariffDetail>('POST', `${path}/${decision}`));
    say(t(`panel.desk.done.${decision}`, { id }));
    return true;
  } catch (error) {
    const current = error instanceof ApiError ? (error.current as TariffDetail | undefined) : undefined;
    if (current) queries.setQueryData([path], current);
    const by = current?.decision?.by;
    if (current && by) {
      say(t('panel.desk.decidedBy', { id, name: by.name, state: named('paymentStatus', current.state) }), {
        isBad: true,
      });
    } else sayWhyNot(error);
    return false;
  } finally {
    void refresh('/mod/tariffs', '/mod/owners', '/mod/connections', '/mod/dashboard');
  }
}

function Opened({ id, tariff, onDecided }: ViewProps & { tariff: TariffDetail }) {
  const [isBusy, setBusy] = useState(false);
  const may = (what: 'approve' | 'reject') => tariff.can.includes(what) && !isBusy;
  const run = async (what: 'approve' | 'reject') => {
    if (!may(what)) return;
    setBusy(true);
    if (await decide(id, what)) onDecided();
    setBusy(false);
  };
  useKeys({ KeyA: () => void run('approve'), KeyR: () => void run('reject') });
  return (
    <>
      <Picture
        path={`/mod/tariffs/${id}/file`}
        showPath={null}
        label={t('panel.desk.picture', { id })}
        hasKeys
      />
      <div class="books">
        <Facts tariff={tariff} />
        <div class="verdict">
          <div class="buttons">
            {may('reject') && (
              <Button kind="danger" testid="receipt-reject" onPress={() => void run('reject')}>
                {t('panel.desk.reject')}
              </Button>
            )}
            {may('approve') && (
              <Button kind="primary" testid="receipt-approve" onPress={() => void run('approve')}>
                {t('panel.desk.approve')}
              </Button>
            )}
          </div>
        </div>
      </div>
    </>
  );
}

function Facts({ tariff }: { tariff: TariffDetail }) {
  const { owner, purpose, amount, receiptAt, note, decision, history } = tariff;
  return (
    <>
      <Section>
        <Row
          title={owner.name}
          subtitle={owner.username === null ? undefined : `@${owner.username}`}
          href={`/panel/mod/owners/${owner.id}`}
        />
        <Row title={purposeTitle(purpose)} end={<Money of={amount} />} />
        <Row title={t('panel.desk.sent')} end={<When at={receiptAt} />} />
        {note !== null && <Row title={note} />}
        <Row
          title={t('panel.mod.tariff')}
          end={
            history.paidUntil === null
              ? t('panel.mod.owner.free')
              : t('panel.mod.owner.until', { date: dayOf(history.paidUntil) })
          }
        />
        {decision && (
          <Row
            title={named('paymentStatus', decision.state)}
            subtitle={decision.by?.name}
            end={<When at={decision.at} />}
          />
        )}
      </Section>
      {history.recent.length > 0 && (
        <Section title={t('panel.desk.before')}>
          {history.recent.map((one) => (
            <Row
              key={one.id}
              href={`/panel/mod/tariffs/${one.id}`}
              title={purposeTitle(one.purpose)}
              subtitle={
                <>
                  {t('panel.number', { id: one.id })} · {named('paymentStatus', one.state)} ·{' '}
                  <When at={one.at} />
                </>
              }
              end={<Money of={one.amount} />}
            />
          ))}
        </Section>
      )}
    </>
  );
}
