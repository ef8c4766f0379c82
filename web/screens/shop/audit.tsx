import type { AuditLine } from '../../../src/panel/contract/audit.ts';
import { useList } from '../../api/queries.ts';
import { useFilters } from '../../ui/address.ts';
import { When } from '../../ui/basics.tsx';
import { Field, Select } from '../../ui/form.tsx';
import { useBot } from '../../ui/place.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

const ACTORS = ['owner', 'moderator', 'end-user', 'chat-admin', 'provider', 'system'] as const;
const KINDS = [
  'access',
  'bot',
  'chat',
  'end-user',
  'member',
  'payment',
  'plan',
  'promo',
  'provider',
  'referral',
  'refund',
  'source',
] as const;

/** Who did what on a bot. */
export default function Audit() {
  const { api } = useBot();
  const { filters, set, search } = useFilters();
  const list = useList<AuditLine>(`${api}/audit${search}`);
  const day = (name: 'from' | 'to', label: string) => (
    <Field
      label={label}
      type="date"
      testid={`filter-${name}`}
      value={filters[name] ?? ''}
      onInput={(value) => set({ [name]: value })}
    />
  );
  return (
    <Screen name="audit" title={t('panel.screen.audit')}>
      <div class="filters">
        <Select
          label={t('panel.trail.who')}
          testid="filter-actor"
          value={filters['actor'] ?? ''}
          options={[
            ['', t('panel.filter.all')],
            ...ACTORS.map((kind) => [kind, t(`panel.mod.actors.${kind}`)] as const),
          ]}
          onChange={(actor) => set({ actor })}
        />
        <Select
          label={t('panel.trail.what')}
          testid="filter-action"
          value={filters['action'] ?? ''}
          options={[
            ['', t('panel.filter.all')],
            ...KINDS.map((kind) => [kind, t(`panel.trail.kinds.${kind}`)] as const),
          ]}
          onChange={(action) => set({ action })}
        />
        {day('from', t('panel.payments.since'))}
        {day('to', t('panel.payments.until'))}
      </div>
      <Listed
        list={list}
        empty={<Empty text={t(search === '' ? 'panel.trail.none' : 'panel.trail.notFound')} />}
      >
        {(items) => (
          <Section>
            {items.map(({ id, at, actor, text }) => (
              <Row
                key={id}
                testid={`row-audit-${id}`}
                title={text}
                subtitle={
                  <>
                    {actor.name ?? t(`panel.mod.actors.${actor.kind}`)} · <When at={at} />
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
