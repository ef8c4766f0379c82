import type { PlatformAuditLine } from '../../../src/panel/contract/moderator/platform.ts';
import { useList } from '../../api/queries.ts';
import { useFilters } from '../../ui/address.ts';
import { When } from '../../ui/basics.tsx';
import { Field, Select } from '../../ui/form.tsx';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

const ACTORS = ['owner', 'moderator', 'end-user', 'chat-admin', 'provider', 'system'] as const;

/** Who did what on the whole platform. */
export default function Audit() {
  const { filters, set, search } = useFilters();
  const list = useList<PlatformAuditLine>(`/mod/audit${search}`);
  const day = (name: string, label: string) => (
    <Field
      label={label}
      type="date"
      testid={`filter-${name}`}
      value={filters[name] ?? ''}
      onInput={(value) => set({ [name]: value })}
    />
  );
  return (
    <Screen name="mod-audit" title={t('panel.screen.mod-audit')}>
      <div class="filters">
        <Select
          label={t('panel.mod.actor')}
          testid="filter-actor"
          value={filters['actor'] ?? ''}
          options={[
            ['', t('panel.filter.all')],
            ...ACTORS.map((kind) => [kind, t(`panel.mod.actors.${kind}`)] as const),
          ]}
          onChange={(actor) => set({ actor })}
        />
        {day('from', t('panel.payments.since'))}
        {day('to', t('panel.payments.until'))}
      </div>
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
