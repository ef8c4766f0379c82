import type { Connection } from '../../../src/panel/contract/moderator/connections.ts';
import { act } from '../../api/act.ts';
import { useList } from '../../api/queries.ts';
import { useFilters } from '../../ui/address.ts';
import { Button, dayOf } from '../../ui/basics.tsx';
import { confirmed } from '../../ui/dialog.tsx';
import { Select } from '../../ui/form.tsx';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { named, t } from '../../words/words.ts';

const CHECKS = ['refusedWrongKey', 'created', 'paid', 'cancelledBefore', 'cancelledAfter'] as const;

/** The providers that owners connect, and what a moderator decides about them. */
export default function Connections() {
  const { filters, set, search } = useFilters();
  const list = useList<Connection>(`/mod/connections${search}`);
  return (
    <Screen name="mod-connections" title={t('panel.screen.mod-connections')}>
      <div class="filters">
        <Select
          label={t('panel.mod.state')}
          testid="filter-state"
          value={filters['state'] ?? ''}
          options={[
            ['', t('panel.filter.all')],
            ['waiting', t('panel.mod.connection.waiting')],
            ['live', t('panel.mod.connection.live')],
          ]}
          onChange={(state) => set({ state })}
        />
      </div>
      <Listed
        list={list}
        empty={<Empty text={t(search === '' ? 'panel.mod.noConnections' : 'panel.mod.notFound')} />}
      >
        {(items) => items.map((one) => <One key={one.id} connection={one} />)}
      </Listed>
    </Screen>
  );
}

function One({ connection }: { connection: Connection }) {
  const { id, provider, bot, owner, feePaidAt, feeWaits, keysSetAt, liveAt, checklist, can } = connection;
  const decide = async (what: 'waive' | 'live' | 'test') => {
    const title = t(`panel.mod.connection.do.${what}`);
    const text = `${named('paymentMethod', provider)} · @${bot.username}`;
    if (!(await confirmed({ title, text, yes: title }))) return;
    await act('POST', `/mod/connections/${id}/${what}`, { changes: ['/mod/connections', '/mod/dashboard'] });
  };
  const fee = () => {
    if (feePaidAt !== null) return t('panel.mod.connection.feePaid', { date: dayOf(feePaidAt) });
    return t(feeWaits ? 'panel.mod.connection.feeWaits' : 'panel.mod.connection.feeOpen');
  };
  return (
    <Section>
      <Row
        testid={`row-connection-${id}`}
        title={`${named('paymentMethod', provider)} · @${bot.username}`}
        subtitle={owner.name}
        href={`/panel/mod/owners/${owner.id}`}
        end={
          liveAt === null
            ? t('panel.mod.connection.waiting')
            : t('panel.mod.connection.since', { date: dayOf(liveAt) })
        }
      />
      <Row title={fee()} />
      <Row
        title={
          keysSetAt === null
            ? t('panel.mod.connection.noKeys')
            : t('panel.mod.connection.keys', { date: dayOf(keysSetAt) })
        }
      />
      {CHECKS.map((check) => (
        <Row
          key={check}
          title={t(`panel.mod.connection.check.${check}`)}
          end={t(checklist[check] ? 'panel.mod.connection.tried' : 'panel.mod.connection.notTried')}
        />
      ))}
      <div class="buttons">
        {can.map((what) => (
          <Button
            key={what}
            testid={`connection-${what}`}
            kind={what === 'live' ? 'primary' : 'plain'}
            onPress={() => void decide(what)}
          >
            {t(`panel.mod.connection.do.${what}`)}
          </Button>
        ))}
      </div>
    </Section>
  );
}
