import type { PlatformAuditLine } from '../../../src/panel/contract/moderator/platform.ts';
import { useList } from '../../api/queries.ts';
import { useActors } from '../../ui/actors.ts';
import { useFilters } from '../../ui/address.ts';
import { When } from '../../ui/basics.tsx';
import { Filters } from '../../ui/filters.tsx';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

/** Who did what on the whole platform. */
export default function Audit() {
  const { filters, set, search } = useFilters();
  const list = useList<PlatformAuditLine>(`/mod/audit${search}`);
  const actors = useActors('/mod');
  return (
    <Screen name="mod-audit" title={t('panel.screen.mod-audit')}>
      <Filters
        filters={filters}
        set={set}
        searchBy={null}
        of={[
          {
            name: 'actor',
            label: t('panel.mod.actor'),
            options: actors,
          },
          { name: 'from', label: t('panel.payments.since'), type: 'date' },
          { name: 'to', label: t('panel.payments.until'), type: 'date' },
        ]}
      />
      <Listed
        list={list}
        empty={<Empty text={t(search === '' ? 'panel.mod.noAudit' : 'panel.mod.notFound')} />}
      >
        {(items) => (
          <Section>
            {items.map((line) => (
              <Row
                key={line.id}
                testid={`row-audit-${line.id}`}
                title={line.text}
                subtitle={
                  <>
                    {line.actor.name ?? t(`panel.mod.actors.${line.actor.kind}`)} · <When at={line.at} />
                  </>
                }
              />
            ))}
          </Section>
        )}
      </Listed>
    </Screen>
  );
}
